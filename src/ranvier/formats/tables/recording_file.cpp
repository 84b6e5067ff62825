#include "ranvier/formats/tables/recording_file.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/tables/table.hpp"

namespace ranvier::formats {

namespace {

/// Rows of numbers, written piece by piece.
class CsvFile {
public:
    CsvFile(const std::filesystem::path& path, bool overwrite, const std::string& columns) : file_(path, overwrite) {
        text_ = columns + "\n";
    }
    template <class Number>
    void entry(Number x) {
        std::array<char, 40> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
        text_ += between_ ? "," : "";
        text_.append(digits.data(), end);
        between_ = true;
    }
    void end_row() {
        text_ += '\n';
        between_ = false;
        if (text_.size() > (std::size_t{1} << 20)) {
            file_.write(text_);
            text_.clear();
        }
    }
    void commit() {
        file_.write(text_);
        file_.commit();
    }

private:
    OutputFile file_;
    std::string text_;
    bool between_ = false;
};

void write(const sim::EventMonitor& monitor, const std::string&, const std::filesystem::path& path, bool overwrite) {
    CsvFile csv(path, overwrite, "t,i");
    for (std::size_t k = 0; k < monitor.t().all().size(); ++k) {
        csv.entry(monitor.t().all()[k]);
        csv.entry(monitor.i().all()[k]);
        csv.end_row();
    }
    csv.commit();
}

void write(sim::RateMonitor& monitor, const std::string&, const std::filesystem::path& path, bool overwrite) {
    CsvFile csv(path, overwrite, "t,rate");
    for (std::size_t k = 0; k < monitor.t().all().size(); ++k) {
        csv.entry(monitor.t().all()[k]);
        csv.entry(monitor.rate().all()[k]);
        csv.end_row();
    }
    csv.commit();
}

void write(const sim::StateMonitor& monitor, const std::string& what, const std::filesystem::path& path,
           bool overwrite) {
    std::string columns = "t";
    for (const std::int32_t k : monitor.record()) {
        columns += "," + what + "[" + text_of(k) + "]";
    }
    CsvFile csv(path, overwrite, columns);
    const std::size_t width = monitor.record().size();
    const auto& values = monitor.series()[0].values.all();
    const auto& t = monitor.t().all();
    const bool real = monitor.series()[0].type == language::Type::real;
    for (std::size_t row = 0; (row + 1) * width <= values.size(); ++row) {
        csv.entry(t[row]);
        for (std::size_t k = 0; k < width; ++k) {
            const double v = values[row * width + k];
            real ? csv.entry(v) : csv.entry(static_cast<std::int64_t>(v));
        }
        csv.end_row();
    }
    csv.commit();
}

}  // namespace

void write_recording(const sim::Recording& recording, const std::filesystem::path& path, bool overwrite) {
    std::visit([&](const auto& monitor) { write(*monitor, recording.what, path, overwrite); }, recording.monitor);
}

SpikeTable read_spikes(const std::filesystem::path& path) {
    SpikeTable spikes;
    if (trimmed(file_text(path)) == "t,i") {  // nobody spiked
        return spikes;
    }
    Table table = read_table(path, "");
    if (table.columns.size() != 2) {
        throw FileError(path, 0, "spikes are in the columns t (in s) and i, which the first line names");
    }
    try {
        order_columns(table, {"t", "i"});
    } catch (const InvalidInput& error) {
        throw FileError(path, 0, std::string("spikes are in the columns t (in s) and i: ") + error.what());
    }
    for (index k = 0; k < table.X.extent(0); ++k) {
        const double i = table.X(k, 1);
        if (!(i >= 0 && i <= INT32_MAX && i == std::floor(i))) {
            throw FileError(path, FileError::no_offset,
                            "the column i has numbers of neurons, which are whole and >= 0; got " + text_of(i));
        }
        spikes.t.push_back(table.X(k, 0));
        spikes.i.push_back(static_cast<std::int32_t>(i));
    }
    return spikes;
}

}  // namespace ranvier::formats
