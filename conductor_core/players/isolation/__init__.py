"""Python players in processes of their own, and what bounds and ends every child process."""
