"""A window in which projections are chosen for what is drawn in another."""

from ranvier.errors import ConflictError

from . import style


def offer_projections(inst, axes, draw):
    """Open a window with a box for each projection that can be applied; those that are ticked are, in what is drawn.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
        With none of them applied, as it has been drawn.
    axes : list of matplotlib.axes.Axes
        What is drawn anew.
    draw : callable
        Draws such an object into them.
    """
    free = [k for k, p in enumerate(inst.info["projs"]) if not p["active"]]
    if not free:
        raise ConflictError('proj="interactive" needs projections that have not been applied; there are none')
    from matplotlib.widgets import CheckButtons

    labels = [inst.info["projs"][k]["desc"] for k in free]
    panel = style.pyplot().figure(figsize=(max(4.0, max(map(len, labels)) / 6 + 0.5), 0.8 + 0.3 * len(free)))
    place = panel.add_axes([0.02, 0.02, 0.96, 0.96], frameon=False)
    place.set_title("Projections that are applied", fontsize=10, y=0.9)
    boxes = CheckButtons(place, labels)
    if panel.canvas.manager is not None:
        panel.canvas.manager.set_window_title("Projections")

    def redraw(_label):
        chosen = {k for k, ticked in zip(free, boxes.get_status()) if ticked}
        part = inst.copy()
        part.del_proj([k for k in free if k not in chosen])
        for ax in axes:
            ax.clear()
        draw(part.apply_proj() if chosen else inst)
        axes[0].figure.canvas.draw_idle()

    boxes.on_clicked(redraw)
    panel._projections = boxes  # which matplotlib itself does not keep
    style.shown(panel, True)
