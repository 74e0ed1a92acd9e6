"""Tests of the workflow; time costs them nothing."""
