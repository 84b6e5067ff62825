#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "ranvier/formats/edf/header.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::formats {

/// The selected signals of an EDF or BDF file, all on one clock. Reads pieces of the mapped file and gives the memory
/// back at once, so that streaming a file of any size stays flat.
///
/// A signal of a lower rate is brought to the highest rate as a whole, when it is first asked for, and kept: what a
/// sample is must not depend on which stretch somebody reads. That costs 8 bytes per sample of such a signal.
class EdfSource final : public meeg::SampleSource {
public:
    struct Selected {
        EdfSignal signal;
        bool stim = false;  ///< trigger codes: the lower 17 bits, held and never interpolated
    };
    EdfSource(std::shared_ptr<const MappedFile> file, EdfHeader header, std::vector<Selected> selected);

    index n_channels() const override { return static_cast<index>(selected_.size()); }
    index n_samples() const override { return header_.n_records * record_samples_; }
    void read(const std::vector<index>& channels, index start, View<double, 2> out) const override;
    std::filesystem::path path() const override { return file_->path(); }
    std::string storage() const override { return "int"; }
    std::vector<std::string> units() const override;

    /// Samples of a data record on the common clock.
    index record_samples() const { return record_samples_; }

private:
    struct Upsampled {
        std::once_flag once;
        Array<double, 2> samples;  ///< shape (1, n_samples)
    };

    void decode(const Selected& selected, index record, index begin, index end, double* out) const;
    void read_records(const std::vector<index>& channels, index start, index stop, View<double, 2> out) const;
    const Array<double, 2>& upsampled(index channel) const;

    std::shared_ptr<const MappedFile> file_;
    EdfHeader header_;
    std::vector<Selected> selected_;
    index record_samples_ = 0;
    std::unique_ptr<Upsampled[]> upsampled_;
};

}  // namespace ranvier::formats
