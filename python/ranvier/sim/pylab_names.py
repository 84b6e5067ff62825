"""What ``from pylab import *`` brings beside NumPy's names."""

import sys

MODULES = {"plt": "matplotlib.pyplot", "mpl": "matplotlib", "matplotlib": "matplotlib", "mlab": "matplotlib.mlab",
           "cbook": "matplotlib.cbook", "style": "matplotlib.style", "rcsetup": "matplotlib.rcsetup"}  # fmt: skip
STANDARD = "datetime functools importlib inspect logging sys threading time".split()
# Those of the languages' builtins that NumPy's do not hide.
BUILTINS = "abs bool bytes max min pow round".split()
DRAWING = """
Annotation Arrow Artist AutoLocator AxLine Axes BackendFilter Button Circle Colorizer ColorizingArtist Colormap DAILY DateFormatter DateLocator DayLocator FR Figure
FigureBase FigureCanvasBase FigureManagerBase FixedFormatter FixedLocator FormatStrFormatter Formatter FuncFormatter GridSpec HOURLY
HourLocator IndexLocator Line2D LinearLocator Locator LogFormatter LogFormatterExponent LogFormatterMathtext LogLocator MINUTELY
MO MONTHLY MaxNLocator MinuteLocator MonthLocator MouseButton MultipleLocator Normalize NullFormatter NullLocator PolarAxes
Polygon RRuleLocator Rectangle SA SECONDLY SU ScalarFormatter SecondLocator Slider Subplot SubplotSpec TH TU Text TickHelper
WE WEEKLY WeekdayLocator Widget YEARLY YearLocator acorr angle_spectrum annotate arrow autoscale autumn available_backends axes axhline axhspan axis
axline axvline axvspan backend_registry bar bar_label barbs barh bone box boxplot broken_barh cla clabel clf clim close cohere
color_sequences colorbar colormaps connect contour contourf cool copper csd cycler date2num datestr2num delaxes detrend
detrend_linear detrend_mean detrend_none disconnect drange draw draw_all draw_if_interactive ecdf errorbar eventplot figaspect
figimage figlegend fignum_exists figtext figure fill fill_between fill_betweenx findobj flag flatten gca gcf gci get
get_backend get_cmap get_current_fig_manager get_figlabels get_fignums get_plot_commands get_scale_names getp ginput gray grid grouped_bar hexbin
hist hist2d hlines hot hsv imread imsave imshow inferno install_repl_displayhook interactive ioff ion isinteractive jet legend
locator_params loglog magma magnitude_spectrum margins matshow minorticks_off minorticks_on new_figure_manager nipy_spectral num2date
pause pcolor pcolormesh phase_spectrum pie pie_label pink plasma plot polar prism psd quiver quiverkey rc rcParams rcParamsDefault rcParamsOrig
rc_context rcdefaults relativedelta requested_backend rgrids rrule savefig sca scatter sci semilogx semilogy set_cmap set_loglevel setp show
silent_list specgram spring spy stackplot stairs stem step streamplot subplot subplot2grid subplot_mosaic subplot_tool subplots
subplots_adjust summer suptitle switch_backend table text thetagrids tick_params ticklabel_format tight_layout title tricontour
tricontourf tripcolor triplot twinx twiny uninstall_repl_displayhook violinplot viridis vlines waitforbuttonpress
window_hanning window_none winter xcorr xkcd xlabel xlim xscale xticks ylabel ylim yscale yticks
""".split()


def found(name):
    """One of these names, or None."""
    import builtins
    import importlib

    from ranvier.sim.later import Later, LaterModule

    if name in MODULES:
        return sys.modules.get(MODULES[name]) or LaterModule(MODULES[name])
    if name in STANDARD:
        return importlib.import_module(name)
    if name in BUILTINS:
        return getattr(builtins, name)
    return Later("pylab", name) if name in DRAWING else None


NAMES = [*MODULES, *STANDARD, *BUILTINS, *DRAWING]
