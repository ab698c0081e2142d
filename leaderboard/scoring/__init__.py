"""From a report to scores with their intervals: one way, for the entry of a server and for an agent that is offline.

Pure: no Django, no database, no clock. Prices and seeds come in as arguments.
"""
