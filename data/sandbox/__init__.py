"""Reading of possibly hostile workbooks in a process of its own; imports only the standard library and python_calamine."""
