#pragma once

#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Samples in memory, behind the face of a file that is read in pieces.
class MemorySource : public SampleSource {
public:
    explicit MemorySource(Array<double, 2> data) : data_(std::move(data)) {}
    index n_channels() const override { return data_.extent(0); }
    index n_samples() const override { return data_.extent(1); }
    void read(const std::vector<index>& channels, index start, View<double, 2> out) const override {
        for (std::size_t k = 0; k < channels.size(); ++k) {
            for (index t = 0; t < out.extent(1); ++t) {
                out(k, t) = data_(channels[k], start + t);
            }
        }
    }
    std::filesystem::path path() const override { return "memory.fif"; }

private:
    Array<double, 2> data_;
};

}  // namespace ranvier::meeg
