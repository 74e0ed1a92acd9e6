"""Bytes to a spanned tree, and the tree to a Melody as written."""
