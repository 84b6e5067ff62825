#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/marks.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"
#include "ranvier/provenance/run_record.hpp"
#include "ranvier/report/page/page.hpp"
#include "ranvier/report/pictures/brain.hpp"
#include "ranvier/report/portrait/portrait.hpp"

/// What can go on a page: a function for each kind of section, in the file of its name. Traces are stored as 16-bit
/// integers with a scale per channel, the rest as float32: what a picture needs, not a copy of the data.
namespace ranvier::report {

/// What is shown under a name each: conditions, contrasts.
template <class T>
using Conditions = std::vector<std::pair<std::string, T>>;

/// Text and facts. Blank lines separate paragraphs.
void add_summary(Page& page, const std::string& title, const std::string& text, const provenance::NamedValues& items);

/// When traces are thinned: of each piece the smallest and the largest sample are kept, so that peaks stay.
struct Thinning {
    double max_sfreq = 250;                                      ///< [Hz] of the traces on the page
    double max_bytes = std::numeric_limits<double>::infinity();  ///< of the traces on the page
};

/// An event among traces.
struct TraceEvent {
    double time = 0;  // [s] after the first sample
    std::string name;
    std::string colour;  ///< as style sheets say it; "" is the page's
};

/// What traces are shown, and how at first: readers change it. Colours are as style sheets say them; "" is the page's.
struct TraceLook {
    std::vector<index> picks;                    ///< channels, in their order; none: all
    double start = 0, duration = 10;             // [s]
    index n_channels = 20;                       ///< at once
    bool remove_mean = true, butterfly = false;  ///< butterfly: the channels of a type over each other
    bool scale_bars = true, zero_lines = false, overview = true;
    bool clock = false;          ///< times as h:mm:ss
    bool first_time = false;     ///< times count on the acquisition's clock
    std::optional<double> clip;  ///< how many spaces between channels a trace reaches; more is cut
    bool clip_hides = false;     ///< what is beyond `clip` is left out instead
    std::map<std::string, double>
        half_ranges;  ///< by type: half the distance between traces [SI unit]; 0: the data say
    std::map<std::string, std::string> colours;  ///< of traces, by type
    std::string bad_colour, background;
    std::map<std::string, std::string> annotation_colours;  ///< by description
    std::vector<std::string> unnamed;                       ///< annotations whose descriptions are not written
    std::vector<TraceEvent> events;
    /// What the traces are: channels marked bad on the page are components to leave out where it is an ICA.
    meeg::Marks::Of marks_of = meeg::Marks::Of::recording;
};

/// The traces of a recording with annotations and bad channels; readers mark channels and stretches, and save what
/// they marked as formats/tables/marks_file.hpp has it.
/// @return  how the traces were kept, in words
std::string add_recording(Page& page, const std::string& title, const meeg::Raw& raw, const Thinning& thinning = {},
                          const TraceLook& look = {});
/// The traces of epochs side by side; readers mark channels and epochs. Bad epochs have been dropped before.
/// @return  how the traces were kept, in words
std::string add_epochs(Page& page, const std::string& title, const meeg::Epochs& epochs, const Thinning& thinning = {},
                       const TraceLook& look = {});

/// Patterns over channels as maps: components, projections.
struct ChannelMap {
    std::string name, note;  ///< note: a line below the name
    bool excluded = false;   ///< is it to be left out, where readers judge?
};
/// Maps of patterns over the channels of `info`. @param judged  readers mark components to leave out
/// @throws InvalidInput  the patterns are not one for each map, with one value for each channel
void add_maps(Page& page, const std::string& title, const meeg::Info& info, const std::vector<ChannelMap>& maps,
              const Array<double, 2>& patterns, bool judged = false);

/// Projections as maps over the channels of `info`: those of the same channels together.
/// @throws InvalidInput  none given, or `info` has none of a projection's channels
void add_projections(Page& page, const std::string& title, const std::vector<meeg::Projection>& projections,
                     const meeg::Info& info);

/// An axis of curves: what it is, in which unit, and whether it is logarithmic.
struct CurveAxis {
    std::string name, unit;
    bool log = false;
};
/// Curves over one axis, under a name each.
/// @param values  shape (names, xs)
/// @throws InvalidInput  the shape is another, xs does not rise, or a logarithmic axis has values <= 0 throughout
void add_curves(Page& page, const std::string& title, const CurveAxis& x, const std::vector<double>& xs,
                const CurveAxis& y, const std::vector<std::string>& names, const Array<double, 2>& values);

/// Pictures, each with a caption: a PNG, GIF, JPEG, WebP or SVG file's bytes in base64 under its type.
struct Image {
    std::string type;                    ///< "png", "gif", "jpeg", "webp", "svg+xml"
    std::string base64, caption, about;  ///< about: what it shows, for those who can't see it
};
/// @throws InvalidInput  no picture, or one of another type
void add_images(Page& page, const std::string& title, const std::vector<Image>& images);

/// Values on surfaces as a picture: a row for each condition, from the left, from above, from the right. Blue is below
/// 0.
/// @param limit  at which colours are strongest; @param unit  of the values
/// @param about  what the picture shows, for those who can't see it
/// @throws InvalidInput  as brain_pixels()
void add_brain(Page& page, const std::string& title, const meeg::SourceSpaces& surfaces, const BrainValues& conditions,
               double limit, const std::string& unit, const std::string& caption, const std::string& about);

/// HTML of the caller's own, shown as it stands; scripts in it do not run.
void add_html(Page& page, const std::string& title, const std::string& html);
/// A text of a program, with its language for those who look at it.
void add_code(Page& page, const std::string& title, const std::string& code, const std::string& language);

/// When things happened, by their names, in the order of the first of each.
struct EventTimes {
    std::vector<std::pair<std::string, std::vector<double>>> groups;
    void add(const std::string& name, double time);

private:
    std::unordered_map<std::string, std::size_t> places_;
};
/// Events over time: a row of marks for each name.
/// @param start, end  of the axis; without, the first and the last event
/// @param unit        of the times: "s", or "samples" where the rate is not known
void add_events(Page& page, const std::string& title, const EventTimes& times, std::optional<double> start,
                std::optional<double> end, const std::string& unit);

/// Why epochs were dropped, most frequent reason first. @param drop_log  as Epochs'
void add_drops(Page& page, const std::string& title, const std::vector<std::vector<std::string>>& drop_log);

/// A table of numbers as an image: a covariance, projections, what a model has learnt.
/// @throws InvalidInput  the names of rows and columns are not as many as the matrix has
void add_matrix(Page& page, const std::string& title, const std::vector<std::string>& rows,
                const std::vector<std::string>& columns, const Array<double, 2>& values);

/// Averages (or contrasts) that share channels and times: butterfly with linked topographies.
/// @throws InvalidInput  none given, or their channels or times differ
void add_evoked(Page& page, const std::string& title, const Conditions<meeg::Evoked>& conditions);

/// What a time-frequency section shows first.
struct FirstView {
    std::string channel;
    double fmin = 0, fmax = 0;  // [Hz]
    double tmin = 0, tmax = 0;  // [s]
};

/// Time-frequency images that share channels, frequencies and times.
/// @param unit      of the values, e.g. "%"
/// @param baseline  in words, e.g. "−1 … 0 s, percent"; "" for none
/// @param first_view  what to select at first; without it the viewer looks for the strongest effect
/// @throws InvalidInput  none given, or their axes differ
void add_tfr(Page& page, const std::string& title, const Conditions<meeg::AverageTfr>& conditions,
             const std::string& unit, const std::string& baseline, const std::optional<FirstView>& first_view = {});

/// Power spectra that share channels and frequencies; spectra of epochs are averaged.
/// @param method  how they were computed, in words
/// @throws InvalidInput  none given, or their axes differ
void add_spectrum(Page& page, const std::string& title, const Conditions<meeg::Spectrum>& conditions,
                  const std::string& method = {});

/// What a model does: trace, phase plane and diagram, linked.
void add_portrait(Page& page, const std::string& title, const Portrait& portrait);

/// What a model is: equations, parameters and presets, with the values that `portrait` has.
void add_equations(Page& page, const std::string& title, const Portrait& portrait);

/// How the page was made.
void add_run(Page& page, const std::string& title, const provenance::RunRecord& run);

}  // namespace ranvier::report
