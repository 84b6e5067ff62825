#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"

namespace ranvier::report {

struct Portrait;

using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// What was done, to make it again: parameters, versions, files read, seconds spent.
struct RunRecord {
    struct Input {
        std::string path;
        std::uint64_t bytes = 0;
        std::string sha256;
    };
    NamedValues parameters, versions;
    std::vector<std::pair<std::string, double>> timings;  ///< step, [s]
    std::vector<Input> inputs;
};

/// What a time-frequency section shows first.
struct FirstView {
    std::string channel;
    double fmin = 0, fmax = 0;  // [Hz]
    double tmin = 0, tmax = 0;  // [s]
};

/// A self-contained page: data, parameters and the viewer in one HTML file that opens anywhere, without a network.
///
/// Sections appear in the order of their adding. Traces are stored as 16-bit integers with a scale per channel, the
/// rest as float32: what a picture needs, not a copy of the data. The layout is written down in docs/viewer.md.
class Page {
public:
    explicit Page(std::string title);
    ~Page();
    Page(Page&&) noexcept;
    Page& operator=(Page&&) noexcept;

    void add_summary(const std::string& title, const std::string& text, const NamedValues& items);

    /// The traces of a recording with annotations and bad channels.
    /// @param max_sfreq  [Hz] a faster recording is thinned by keeping each piece's smallest and largest sample
    void add_recording(const std::string& title, const meeg::Raw& raw, double max_sfreq = 250);

    /// Averages (or contrasts) that share channels and times: butterfly with linked topographies.
    /// @throws InvalidInput  none given, or their channels or times differ
    void add_evoked(const std::string& title, const std::vector<std::pair<std::string, meeg::Evoked>>& conditions);

    /// Time-frequency images that share channels, frequencies and times.
    /// @param unit      of the values, e.g. "%"
    /// @param baseline  in words, e.g. "−1 … 0 s, percent"; "" for none
    /// @param first_view  what to select at first; without it the viewer looks for the strongest effect
    /// @throws InvalidInput  none given, or their axes differ
    void add_tfr(const std::string& title, const std::vector<std::pair<std::string, meeg::AverageTfr>>& conditions,
                 const std::string& unit, const std::string& baseline, const std::optional<FirstView>& first_view = {});

    /// Power spectra that share channels and frequencies; spectra of epochs are averaged.
    void add_spectrum(const std::string& title, const std::vector<std::pair<std::string, meeg::Spectrum>>& conditions);

    /// What a model does, as report/portrait.hpp computes it: trace, phase plane and diagram, linked; behind it its
    /// equations and parameters.
    void add_model(const std::string& title, const Portrait& portrait);

    void add_run(const std::string& title, const RunRecord& run);

    /// Writes the page. @throws FileError
    void write(const std::filesystem::path& path, bool overwrite = true) const;

    struct Content;  ///< page_content.hpp

private:
    std::unique_ptr<Content> content_;
};

}  // namespace ranvier::report
