"""What was measured, beside what it is to be: as a table for people, and as a document for programs."""


class Figures:
    """Figures, each with its target where it has one."""

    def __init__(self, asserts):
        #: Whether a target that is missed is an error.
        self.asserts = asserts
        self.rows = []
        self.details = {}

    def add(self, section, name, value, unit, most=None, least=None):
        missed = (most is not None and value > most) or (least is not None and value < least)
        self.rows.append({"section": section, "name": name, "value": value, "unit": unit, "most": most,
                          "least": least, "holds": not missed})

    @property
    def missed(self):
        return [row for row in self.rows if not row["holds"]]

    def document(self, machine):
        return {"machine": machine, "figures": self.rows, "details": self.details}

    def text(self):
        lines, section = [], None
        for row in self.rows:
            if row["section"] != section:
                section = row["section"]
                lines += ["", section]
            target = ""
            if row["most"] is not None:
                target = f"at most {shown(row['most'])}"
            elif row["least"] is not None:
                target = f"at least {shown(row['least'])}"
            verdict = ("" if not target else "ok" if row["holds"] else "MISSED") if self.asserts else ""
            lines.append(f"  {row['name']:<54} {shown(row['value']):>10} {row['unit']:<8} {target:<14} {verdict}".rstrip())
        return "\n".join(lines[1:]) + "\n"


def shown(value):
    """A number with as many digits as say something."""
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"
