"""How numbers are written in each language: with a decimal point, everywhere."""
