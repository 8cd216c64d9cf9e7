"""The fictional county: its tables, its people and, over the past eight weeks, its cases.

Everything comes in by the doors that a real county uses: imports, and casework's services with an injected clock.
Nothing is written into a case from the side, so that what one sees is what the software does.
"""
