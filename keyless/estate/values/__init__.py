"""Single values of a stack file: what each kind looks like, and the sentence for what does not.

Settings and presets take their values from here. Rules between values are theirs.
"""
