#pragma once

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// What a person has marked while looking at data: what is bad, and what is to be left out.
namespace ranvier::meeg {

/// A stretch of a recording that is bad.
struct MarkedStretch {
    double onset = 0;                        // [s] on the acquisition's clock
    double duration = 0;                     // [s]
    std::string description;                 ///< begins with BAD, in any case
    std::vector<std::string> channels = {};  ///< that it is about; empty: all, or those that the recording says
    bool operator==(const MarkedStretch&) const = default;
};

/// The marks of a recording, of epochs or of an ICA: all that is bad there, not what changed.
struct Marks {
    enum class Of { recording, epochs, ica };
    Of of = Of::recording;
    std::vector<std::string> bads;         ///< channels; not of an ICA
    std::vector<MarkedStretch> stretches;  ///< of a recording
    std::vector<index> dropped;            ///< of epochs: by their numbers among the events (`selection`)
    std::vector<index> excluded;           ///< of an ICA: components
    bool operator==(const Marks&) const = default;
};
/// "recording", "epochs", "ica", as files say it.
std::string_view name(Marks::Of of);

/// What is marked now.
Marks marks_of(const Raw& raw);
/// @cost  none: epochs that have been dropped by a person ("USER") are known from the log
Marks marks_of(const Epochs& epochs);

/// Makes the bad channels and the bad stretches those of `marks`; annotations of other names stay. Stretches that are
/// there already (their begin within half a sample) keep their extras, and their channels where the marks name none,
/// also where their end or description changed. With `keep`, what is bad beside them stays bad, and what is there gets
/// no shorter. Stretches named twice are one. They are cut to the recording and those outside are left out, with
/// warnings.
/// @throws InvalidInput  marks of something else, or channels that the recording lacks; then nothing is changed
void apply_marks(Raw& raw, const Marks& marks, bool keep = false);
/// Makes the bad channels those of `marks` and drops the epochs that it names, for the reason "USER". Those that have
/// been dropped before stay dropped. With `keep`, channels that are bad beside them stay bad.
/// @throws InvalidInput  marks of something else, channels that the epochs lack, or a number beyond the events
void apply_marks(Epochs& epochs, const Marks& marks, bool keep = false);

}  // namespace ranvier::meeg
