"""Everything on one machine: `manage.py up` prepares the data folder and supervises the processes."""
