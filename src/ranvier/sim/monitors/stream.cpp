#include "ranvier/sim/monitors/stream.hpp"

#include <cerrno>
#include <cstring>
#include <random>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/system_error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::sim {

namespace {

/// So much waits before it is written.
constexpr std::size_t enough = 1 << 20;

std::string random_id() {
    std::random_device source;
    std::string id;
    for (int k = 0; k < 4; ++k) {
        char text[9];
        std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(source()));
        id += text;
    }
    return id;
}

template <class To, class From>
std::vector<std::byte> converted(const std::vector<From>& values) {
    std::vector<std::byte> bytes(values.size() * sizeof(To));
    for (std::size_t k = 0; k < values.size(); ++k) {
        To value;
        if constexpr (std::is_same_v<To, bool>) {
            value = values[k] != 0;
        } else if constexpr (std::is_integral_v<To>) {  // whole numbers lose what is above their bits, as NumPy's do
            value = static_cast<To>(static_cast<std::int64_t>(values[k]));
        } else {
            value = static_cast<To>(values[k]);
        }
        std::memcpy(bytes.data() + k * sizeof(To), &value, sizeof value);
    }
    return bytes;
}

template <class From>
std::vector<std::byte> converted(const std::vector<From>& values, std::string_view type) {
    return type == "<f8"   ? converted<double>(values)
           : type == "<f4" ? converted<float>(values)
           : type == "<i8" ? converted<std::int64_t>(values)
           : type == "<i4" ? converted<std::int32_t>(values)
           : type == "<i2" ? converted<std::int16_t>(values)
           : type == "|i1" ? converted<std::int8_t>(values)
           : type == "<u8" ? converted<std::uint64_t>(values)
           : type == "<u4" ? converted<std::uint32_t>(values)
           : type == "<u2" ? converted<std::uint16_t>(values)
           : type == "|u1" ? converted<std::uint8_t>(values)
                           : converted<bool>(values);
}

template <class T>
void put(NpyFile& file, const std::vector<T>& values) {
    constexpr std::string_view same = std::is_same_v<T, double> ? "<f8" : "<i4";
    if (file.type() == same) {
        file.put(std::as_bytes(std::span(values)));
    } else {
        file.put(converted(values, file.type()));
    }
}

}  // namespace

Stream::Stream(const std::string& monitor, const StreamTo& to, std::vector<Column> columns)
    : folder_(std::filesystem::absolute(to.folder).lexically_normal()),
      id_(random_id()),
      columns_(std::move(columns)),
      seen_(columns_.size()) {
    if (!folder_.has_filename()) {  // "out/"
        folder_ = folder_.parent_path();
    }
    require(!columns_.empty(), "'", monitor, "' only counts events, so that there is nothing to stream; record them");
    for (const auto& [name, type] : to.types) {
        Column* const column = named(columns_, name);
        require(column != nullptr, "'", monitor, "' records no '", name, "' whose type could be ", type);
        if (npy_bytes(type) == 0) {
            throw NotYet("'" + name + "' of '" + monitor + "' can't be streamed as " + type +
                         " yet: take float64, float32, an integer of up to 64 bits, or bool");
        }
        column->type = type;
    }
    for (const Column& column : columns_) {
        require(named(columns_, column.name) == &column, "'", monitor, "' would stream two things to ", column.name,
                ".npy: leave '", column.name, "' out of what is recorded (times are recorded anyway)");
        std::size_t bytes = npy_bytes(column.type);
        for (const index n : column.row) {
            bytes *= static_cast<std::size_t>(n);
        }
        row_bytes_ += bytes;
    }
}

Stream::~Stream() {
    if (files_.owner && files_.owner->ours()) {
        try {
            write(true);
        } catch (const std::exception& error) {
            warn("the last " + text_of(waiting()) + " rows that were recorded are lost: " + error.what());
        }
    }
}

std::int64_t Stream::waiting() const {
    return std::visit([](const auto* values) { return std::ssize(values->all()); }, columns_.front().waiting);
}

std::int64_t Stream::Files::rows() const {
    std::int64_t least = each.front()->rows();
    for (const auto& file : each) {
        least = std::min(least, file->rows());
    }
    return least;
}

std::optional<std::filesystem::path> Stream::in_the_way() const {
    std::error_code none;
    const auto there = [&](const std::filesystem::path& path) {
        return std::filesystem::exists(std::filesystem::symlink_status(path, none));
    };
    for (const Column& column : columns_) {
        if (there(path(column))) {
            return path(column);
        }
    }
    const auto owner = folder_ / StreamFolder::file_name;
    return there(owner) ? std::optional(owner) : std::nullopt;
}

void Stream::check_ours() const {
    if (!files_.owner->ours()) {
        throw FileError(
            folder_, FileError::no_offset,
            "is written by the process from which this one was forked: make the monitor in each process, with a "
            "folder of its own");
    }
}

bool Stream::begin() {
    if (files_.owner) {
        check_ours();
        return false;
    }
    if (const auto other = in_the_way()) {
        throw SystemError(*other,
                          "exists already, and nothing is overwritten: each monitor and each run has a folder of its "
                          "own; to go on with this one, restore() what was stored when it was written",
                          EEXIST);
    }
    Files made{StreamFolder::claim(folder_, id_), {}};
    try {
        for (const Column& column : columns_) {
            made.each.push_back(NpyFile::create(path(column), column.type, column.row));
        }
    } catch (...) {
        made.remove();
        throw;
    }
    files_ = std::move(made);
    rows_ = 0;
    return true;
}

void Stream::take_back() {
    if (files_.owner && rows() == 0) {
        files_.remove();
        files_ = {};
    }
}

void Stream::Files::remove() {
    std::error_code none;
    for (const auto& file : each) {
        std::filesystem::remove(file->path(), none);
    }
    owner->give_up();
}

void Stream::write(bool all) {
    const std::int64_t more = waiting();
    if (more == 0 || (!all && static_cast<std::size_t>(more) * row_bytes_ < enough)) {
        return;
    }
    begin();
    // First the numbers of all, then what the headers tell, so that files that are left by a killed process are of as
    // many rows, or nearly.
    for (std::size_t k = 0; k < columns_.size(); ++k) {
        std::visit([&](const auto* values) { put(*files_.each[k], values->all()); }, columns_[k].waiting);
    }
    for (const auto& file : files_.each) {
        file->tell(rows_ + more);
    }
    rows_ += more;
    forget_waiting();
}

void Stream::forget_waiting() {
    for (const Column& column : columns_) {
        std::visit([](auto* values) { values->to_write().clear(); }, column.waiting);
    }
}

void Stream::sync() {
    write(true);
    for (const auto& file : files_.each) {
        file->sync();
    }
    if (files_.owner) {
        files_.owner->sync();
    }
}

Streamed Stream::read(std::string_view name) {
    write(true);
    const Column* const column = named(columns_, name);
    ensure(column != nullptr, "a name of what is streamed");
    Streamed found{nullptr, nullptr, column->type, column->row};
    found.shape.insert(found.shape.begin(), static_cast<index>(rows_));
    if (!files_.owner) {
        return found;
    }
    const auto k = static_cast<std::size_t>(column - columns_.data());
    const std::size_t end = files_.each[k]->end(rows_);
    std::erase_if(seen_[k], [](const auto& other) { return other.expired(); });
    for (const auto& other : seen_[k]) {
        if (const auto file = other.lock(); file && file->bytes().size() == end) {
            found.file = file;
        }
    }
    if (!found.file) {
        found.file = std::make_shared<const MappedFile>(path(*column));
        if (found.file->bytes().size() < end) {
            throw FileError(path(*column), static_cast<std::int64_t>(found.file->bytes().size()),
                            "was cut by somebody else: its " + text_of(rows_) + " rows end at byte " + text_of(end));
        }
        seen_[k].push_back(found.file);
    }
    found.data = found.file->bytes().data() + NpyFile::data;
    return found;
}

StreamMark Stream::mark() {
    write(true);
    return {id_, files_.owner ? files_.owner->cuts() : 0, rows_, folder_};
}

Stream::Files Stream::others(const StreamMark& mark) const {
    Files found{StreamFolder::take_over(folder_), {}};
    for (const Column& column : columns_) {
        found.each.push_back(NpyFile::open(path(column), column.type, column.row));
    }
    found.owner->check(mark, found.rows());
    return found;
}

void Stream::check(const StreamMark& mark) const {
    if (!files_.owner) {
        if (in_the_way()) {
            others(mark);
        } else if (mark.rows > 0) {
            throw SystemError(folder_,
                              "holds none of the " + text_of(mark.rows) + " rows that had been streamed to " +
                                  mark.folder.string() +
                                  " when the state was stored: copy that folder, or stream to it",
                              ENOENT);
        }
    } else if (mark.rows > 0) {
        check_ours();
        files_.owner->check(mark, rows_);
    }
}

void Stream::go_back_to(const StreamMark& mark) {
    check(mark);
    if (!files_.owner) {
        if (mark.rows == 0 && !in_the_way()) {
            forget_waiting();
            return;  // nothing was streamed yet, neither then nor now
        }
        files_ = others(mark);
        id_ = files_.owner->id();
        rows_ = files_.rows();
    }
    cut(mark.rows);
}

void Stream::cut(std::int64_t rows) {
    // Who looks at rows that go away keeps the file as it is, and goes on seeing them; the stream goes on in a copy.
    std::vector<std::unique_ptr<NpyFile>> copies(columns_.size());
    for (std::size_t k = 0; k < columns_.size(); ++k) {
        for (const auto& look : seen_[k]) {
            if (const auto file = look.lock(); file && file->bytes().size() > files_.each[k]->end(rows) && !copies[k]) {
                copies[k] = files_.each[k]->beginning(rows);
            }
        }
    }
    if (rows < rows_) {
        files_.owner->cut(rows);
    }
    forget_waiting();
    rows_ = rows;
    for (std::size_t k = 0; k < columns_.size(); ++k) {
        if (copies[k]) {
            copies[k]->replace(*files_.each[k]);
            files_.each[k] = std::move(copies[k]);
            seen_[k].clear();
        } else {
            files_.each[k]->tell(rows);
            files_.each[k]->trim();
        }
    }
}

}  // namespace ranvier::sim
