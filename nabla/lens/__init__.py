"""How the user's function is seen while it is traced: `lens` runs it, `sight` says what it sees.

- `seen_globals`, `seen_modules`: where a name is looked up;
- `seen_calls`, `seen_types`, `constructors`, `python_functions`: what is found under NumPy's and
  Python's names;
- `twins`, `aliases`: the user's classes and arrays;
- `aftermath`: what stays behind when the run is over;
- `ownership`: whose code a function is.
"""
