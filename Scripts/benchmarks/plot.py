"""The time of each read over the size of the history."""

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

KINDS = {"page": "Pages", "filter": "Filters", "id": "By id", "search": "Words"}


def draw(documents, file):
    """One panel a kind: medians as lines, up to the 99th percentile as shades; the bare C interface dashed."""
    plt.rcParams["svg.hashsalt"] = "fex-wallet"
    kinds = [kind for kind in KINDS if any(o["kind"] == kind for o in documents[0]["operations"])]
    figure, axes = plt.subplots(1, len(kinds), figsize=(5 * len(kinds), 5.5), sharey=True, layout="constrained")
    for axis, kind in zip(axes, kinds):
        names = [o["name"] for o in documents[0]["operations"] if o["kind"] == kind]
        for color, name in enumerate(names):
            draw_operation(axis, documents, name, f"C{color}")
        axis.set(title=KINDS[kind], xscale="log", yscale="log", xlabel="transactions")
        axis.grid(True, which="major", alpha=0.3)
        axis.legend(fontsize="small", loc="upper left")
    axes[0].set_ylabel("milliseconds (line: median, shade: to the 99th percentile, dashed: bare C)")
    figure.savefig(file, metadata={"Date": None})


def draw_operation(axis, documents, name, color):
    sizes = [document["rows"] for document in documents]
    found = [next(o for o in document["operations"] if o["name"] == name) for document in documents]

    def times(side, share):
        return [operation[side][share] / 1e6 for operation in found]

    axis.plot(sizes, times("ours", "p50_ns"), color=color, marker="o", markersize=4, label=name)
    axis.plot(sizes, times("bare", "p50_ns"), color=color, linestyle="--", linewidth=1, alpha=0.7)
    axis.fill_between(sizes, times("ours", "p50_ns"), times("ours", "p99_ns"), color=color, alpha=0.1, linewidth=0)
