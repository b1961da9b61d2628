"""A table of what was expected and what was seen."""


class Table:
    """Rows of a rule, what it expects and what was seen; equal or not."""

    def __init__(self):
        self.rows = []

    def row(self, rule, expected, seen):
        """Adds a row, and prints it. What is seen may be a function; what it raises is seen too."""
        if callable(seen):
            try:
                seen = seen()
            except Exception as error:  # whatever goes wrong belongs in the row
                seen = f"{type(error).__name__}: {error}"
        expected, seen = str(expected), str(seen)
        self.rows.append((rule, expected, seen))
        mark = "ok    " if expected == seen else "DIFFER"
        print(f"{mark} {rule:<74.74} | {expected:<34.34} | {seen:<60.60}".rstrip(), flush=True)

    @staticmethod
    def head():
        """Prints the head."""
        print(f"{'':6} {'rule':<74} | {'expected':<34} | seen")
        print(f"{'':6} {'-' * 74} | {'-' * 34} | {'-' * 34}")

    def end(self, name):
        """Prints the sum. Returns the exit status: 0 if all are equal."""
        differing = [rule for rule, expected, seen in self.rows if expected != seen]
        print(f"{name}: {len(self.rows)} rows, {len(differing)} differ")
        return 1 if differing else 0
