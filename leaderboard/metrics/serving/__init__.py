"""What a user of a service feels: how long answers take, and at what rate they still come in time."""
