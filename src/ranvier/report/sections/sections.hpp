#pragma once

#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"
#include "ranvier/provenance/run_record.hpp"
#include "ranvier/report/page/page.hpp"
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

/// The traces of a recording with annotations and bad channels.
/// @return  how the traces were kept, in words
std::string add_recording(Page& page, const std::string& title, const meeg::Raw& raw, const Thinning& thinning = {});

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
