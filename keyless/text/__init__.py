"""What every room shares about text: JSON that means one thing, and sentences fit for a terminal.

Knows no room, and imports nothing that is slow.
"""
