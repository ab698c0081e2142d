"""What is fine on this machine and what to fix: coded lines, each with its evidence."""
