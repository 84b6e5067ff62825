#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "ranvier/formats/fiff/fiff.hpp"
#include "tests/formats/recorded_data.hpp"

namespace ranvier::formats {

/// A small recording that has something of everything FIFF can say about one. Values are exact in single precision.
inline meeg::Raw small_recording(index samples = 25, unsigned seed = 1) {
    using meeg::ChannelType;
    meeg::Info info =
        meeg::create_info({"EEG 001", "EEG 002", "a long channel name: 3", "STI 014", "MEG 0111"}, 10,
                          {ChannelType::eeg, ChannelType::eeg, ChannelType::eeg, ChannelType::stim, ChannelType::mag});
    info.highpass = 0.5;
    info.lowpass = 4;
    info.line_freq = 50;
    info.bads = {"EEG 002", "a long channel name: 3"};
    info.meas_date = meeg::MeasurementDate{1'700'000'000, 250'000};
    info.experimenter = "Zoë";
    info.description = "hands × feet";  // × is Latin-1
    info.proj_name = "αβγ";             // not Latin-1: written as character references
    info.custom_ref_applied = meeg::CustomReference::on;
    info.dev_head_t = meeg::Transform{meeg::CoordFrame::device,
                                      meeg::CoordFrame::head,
                                      {{{{0, -1, 0, 0.5}, {1, 0, 0, 0.25}, {0, 0, 1, -0.125}, {0, 0, 0, 1}}}}};
    for (int k = 0; k < 3; ++k) {
        info.dig.push_back(
            {meeg::DigKind::cardinal, k + 1, {{0.0625 * k, -0.03125, 0.015625}}, meeg::CoordFrame::head});
    }
    for (index c = 0; c < info.n_channels(); ++c) {
        auto& channel = info.channels[static_cast<std::size_t>(c)];
        channel.scanno = static_cast<int>(c) + 1;
        channel.logno = static_cast<int>(c) + 7;
        for (std::size_t k = 0; k < 12; ++k) {
            channel.loc[k] = 0.25 * static_cast<double>(k) - static_cast<double>(c);
        }
    }
    info.channels[0].cal = 0.5;
    info.channels[3].range = 0.25;
    meeg::Projection p;
    p.description = "average";
    p.kind = meeg::ProjectionKind::average_reference;
    p.channels = {"EEG 001", "EEG 002", "a long channel name: 3"};
    p.vectors = Array<double, 2>({1, 3});
    p.vectors(0, 0) = 0.75;
    p.vectors(0, 2) = -0.5;
    p.explained_variance = 0.25;
    info.projections = {p};
    info.compensations = {
        {meeg::unnamed<meeg::CompensationKind>(3), true, {"MEG 0111"}, {"EEG 001"}, Array<double, 2>({1, 1})}};
    info.compensations[0].matrix(0, 0) = 1.5;
    info.preserved_blocks = {{106, {{402, 10, {std::byte{'A'}, std::byte{'b'}}}}, {}}};  // subject, last name
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> value(-30000, 30000);
    Array<double, 2> data({info.n_channels(), samples});
    for (index c = 0; c < data.extent(0); ++c) {
        const auto& channel = info.channels[static_cast<std::size_t>(c)];
        for (double& x : data.view().row(c)) {
            x = value(random) * channel.cal * channel.range;  // whole numbers of the converter
        }
    }
    meeg::Raw raw = meeg::make_raw(std::move(info), std::move(data), 40);
    meeg::Annotations annotations;
    annotations.items = {{0.3, 0.7, "BAD: muscle", {}}, {1.1, 0, "Reiz α", {"EEG 001"}}};
    meeg::set_annotations(raw, annotations);
    return raw;
}

inline std::vector<char> contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void put(const fs::path& path, const char* bytes, std::size_t count) {
    std::ofstream(path, std::ios::binary).write(bytes, static_cast<std::streamsize>(count));
}

/// Calls `read` on the file cut at every byte (or every `step`-th) and expects a FileError each time.
template <class Read>
void expect_no_part_is_read(const fs::path& whole, const fs::path& cut, std::size_t step, Read&& read) {
    ASSERT_NO_THROW(read(whole));
    fs::copy_file(whole, cut, fs::copy_options::overwrite_existing);
    // Ever shorter, because cutting a file is cheaper than writing one.
    for (std::size_t n = fs::file_size(whole); n-- > 0; n -= std::min(n, step - 1)) {
        fs::resize_file(cut, n);
        EXPECT_THROW(read(cut), FileError) << "cut after byte " << n << " of " << fs::file_size(whole);
    }
}

/// Calls `read` on the file with random bytes changed: it must return or throw a FileError, nothing else.
template <class Read>
void expect_flips_are_survived(const fs::path& whole, const fs::path& changed, int times, unsigned seed, Read&& read) {
    const auto bytes = contents(whole);
    put(changed, bytes.data(), bytes.size());
    std::fstream file(changed, std::ios::in | std::ios::out | std::ios::binary);
    std::mt19937 random(seed);
    for (int k = 0; k < times; ++k) {
        auto copy = bytes;
        for (unsigned flips = 1 + random() % 4; flips > 0; --flips) {
            copy[random() % copy.size()] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
        }
        file.seekp(0).write(copy.data(), static_cast<std::streamsize>(copy.size())).flush();
        try {
            read(changed);
        } catch (const FileError&) {
        }
    }
}

}  // namespace ranvier::formats
