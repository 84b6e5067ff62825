#include "ranvier/formats/fiff/writer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/formats/fiff/tags.hpp"

namespace ranvier::formats::fiff {

namespace {

constexpr std::size_t flush_bytes = std::size_t{1} << 20;
constexpr std::int64_t largest_position = INT32_MAX;  // positions in FIFF are signed 32-bit numbers

bool little() { return std::endian::native == std::endian::little; }

}  // namespace

void put_be32(std::byte* p, std::uint32_t x) {
    x = little() ? __builtin_bswap32(x) : x;
    std::memcpy(p, &x, sizeof x);
}
void put_be64(std::byte* p, std::uint64_t x) {
    x = little() ? __builtin_bswap64(x) : x;
    std::memcpy(p, &x, sizeof x);
}

void put_ints(std::byte* p, std::initializer_list<std::int64_t> values) {
    for (const std::int64_t value : values) {
        put_be32(p, static_cast<std::uint32_t>(value));
        p += 4;
    }
}

std::vector<std::byte> empty_id() {
    std::vector<std::byte> id(20);
    put_ints(id.data(), {version, 0, 0, no_date_seconds, no_date_microseconds});
    return id;
}

Writer::Writer(const std::filesystem::path& path, bool overwrite) : path_(path) {
    if (!is_fiff(path)) {
        throw FileError(path, FileError::no_offset,
                        "must end in .fif or .fif.gz, because FIFF is what is written there; exporting (write_raw) "
                        "writes other formats");
    }
    file_ = std::make_unique<OutputFile>(path, overwrite);
    if (path.extension() == ".gz") {
        gzip_ = std::make_unique<GzipStream>(*file_);
    }
    tag_bytes(tag::file_id, type::id_struct, empty_id());
    integer(tag::dir_pointer, -1);
    integer(tag::free_list, -1);
}

void Writer::integer(int kind, std::int64_t value) {
    require(value >= INT32_MIN && value <= INT32_MAX,
            [&] { return "FIFF tag " + text_of(kind) + " must fit 32 bits; got " + text_of(value); });
    std::byte data[4];
    put_be32(data, static_cast<std::uint32_t>(value));
    tag_bytes(kind, type::int_, data);
}

void Writer::integers(int kind, std::span<const int> values) {
    std::vector<std::byte> data(4 * values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        put_be32(data.data() + 4 * i, static_cast<std::uint32_t>(values[i]));
    }
    tag_bytes(kind, type::int_, data);
}

void Writer::real(int kind, double value) { reals(kind, {&value, 1}, type::float_); }

namespace {

void put_reals(std::vector<std::byte>& data, std::span<const double> values, int element) {
    const std::size_t bytes = element_bytes(element);
    ensure(element == type::float_ || element == type::double_, "reals are single or double");
    const std::size_t begin = data.size();
    data.resize(begin + bytes * values.size());
    std::byte* p = data.data() + begin;
    for (const double x : values) {
        if (element == type::float_) {
            put_be32(p, std::bit_cast<std::uint32_t>(static_cast<float>(x)));
        } else {
            put_be64(p, std::bit_cast<std::uint64_t>(x));
        }
        p += bytes;
    }
}

}  // namespace

void Writer::reals(int kind, std::span<const double> values, int element) {
    std::vector<std::byte> data;
    put_reals(data, values, element);
    tag_bytes(kind, element, data);
}

void Writer::text(int kind, std::string_view utf8) {
    if (!utf8.empty()) {
        const std::string latin1 = latin1_from_utf8(utf8);
        tag_bytes(kind, type::string, std::as_bytes(std::span(latin1)));
    }
}

void Writer::names(int kind, const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) {
        require(name.find("{COLON}") == std::string::npos,
                [&] { return "names in FIFF must not contain \"{COLON}\"; got '" + name + "'"; });
        list += &name == &names.front() ? "" : ":";
        for (const char c : name) {
            c == ':' ? list += "{COLON}" : list += c;
        }
    }
    text(kind, list);
}

void Writer::matrix(int kind, View<const double, 2> values, int element) {
    std::vector<std::byte> data;
    data.reserve(element_bytes(element) * static_cast<std::size_t>(values.size()) + 12);
    for (index i = 0; i < values.extent(0); ++i) {
        put_reals(data, values.row(i), element);
    }
    const std::size_t end = data.size();
    data.resize(end + 12);
    put_ints(data.data() + end, {values.extent(1), values.extent(0), 2});
    tag_bytes(kind, type::matrix | element, data);
}

void Writer::integer_matrix(int kind, View<const std::int32_t, 2> values) {
    std::vector<std::byte> data(4 * static_cast<std::size_t>(values.size()) + 12);
    std::byte* p = data.data();
    for (index i = 0; i < values.extent(0); ++i) {
        for (index j = 0; j < values.extent(1); ++j, p += 4) {
            put_be32(p, static_cast<std::uint32_t>(values(i, j)));
        }
    }
    put_ints(p, {values.extent(1), values.extent(0), 2});
    tag_bytes(kind, type::matrix | type::int_, data);
}

void Writer::sparse_matrix(int kind, const numerics::SparseMatrix& m) {
    std::vector<std::byte> data;
    put_reals(data, m.values, type::float_);
    const auto put = [&](std::int64_t value) {
        data.resize(data.size() + 4);
        put_ints(data.data() + data.size() - 4, {value});
    };
    std::for_each(m.column_of.begin(), m.column_of.end(), put);
    std::for_each(m.starts.begin(), m.starts.end(), put);
    for (const std::int64_t value : {m.n_stored(), m.rows, m.columns, index{2}}) {
        put(value);
    }
    tag_bytes(kind, type::matrix | type::sparse_by_rows | type::float_, data);
}

void Writer::transform(const meeg::Transform& t) {
    // The inverse of x' = Rx + t, for a general R (files in practice have rotations): R⁻¹ by cofactors, −R⁻¹t.
    const auto& m = t.matrix;
    double inverse[3][3];
    double determinant = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            const std::size_t r0 = (j + 1) % 3, r1 = (j + 2) % 3, c0 = (i + 1) % 3, c1 = (i + 2) % 3;
            inverse[i][j] = m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
        }
        determinant += m[0][i] * inverse[i][0];
    }
    require(determinant != 0, "a coordinate transform must be invertible; its matrix is singular");
    std::vector<std::byte> data(8);
    put_ints(data.data(), {number(t.from), number(t.to)});
    double back[3] = {0, 0, 0};
    for (std::size_t i = 0; i < 3; ++i) {
        put_reals(data, std::span(m[i]).first(3), type::float_);
        for (std::size_t j = 0; j < 3; ++j) {
            inverse[i][j] /= determinant;
            back[i] -= inverse[i][j] * m[j][3];
        }
    }
    const double move[3] = {m[0][3], m[1][3], m[2][3]};
    put_reals(data, move, type::float_);
    for (const auto& row : inverse) {
        put_reals(data, row, type::float_);
    }
    put_reals(data, back, type::float_);
    tag_bytes(tag::coord_trans, type::coord_trans_struct, data);
}

void Writer::tag_bytes(int kind, int data_type, std::span<const std::byte> data) {
    header(kind, data_type, data.size());
    bytes(data);
}

void Writer::header(int kind, int data_type, std::size_t size, int next) {
    require(static_cast<std::int64_t>(size) <= largest_position - position_, [&] {
        return path_.string() +
               ": FIFF files must stay below 2 GiB; split the recording, or write it in another format";
    });
    std::byte data[header_bytes];
    put_ints(data, {kind, data_type, static_cast<std::int64_t>(size), next});
    bytes(data);
}

void Writer::bytes(std::span<const std::byte> data) {
    position_ += static_cast<std::int64_t>(data.size());
    if (file_ && data.size() >= flush_bytes) {  // large pieces go straight through
        flush();
        gzip_ ? gzip_->write(data) : file_->write(data);
        return;
    }
    buffer_.insert(buffer_.end(), data.begin(), data.end());
    if (file_ && buffer_.size() >= flush_bytes) {
        flush();
    }
}

void Writer::flush() {
    if (file_ && !buffer_.empty()) {
        gzip_ ? gzip_->write(buffer_) : file_->write(buffer_);
        buffer_.clear();
    }
}

void Writer::finish() {
    ensure(file_ && !finished_, "a file is finished once");
    header(tag::nop, type::void_, 0, next_none);
    flush();
    if (gzip_) {
        gzip_->finish();
    }
    finished_ = true;
}

void Writer::commit() {
    if (!finished_) {
        finish();
    }
    file_->commit();
}

}  // namespace ranvier::formats::fiff
