#include <algorithm>
#include <charconv>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/utf8.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/formats/fiff/tags.hpp"

namespace ranvier::formats::fiff {

namespace {

double element(const std::byte* p, int element_type) {
    switch (element_type) {
        case type::byte: return std::to_integer<int>(*p);
        case type::short_:
        case type::dau_pack16: return static_cast<std::int16_t>(be16(p));
        case type::ushort_: return be16(p);
        case type::int_:
        case type::julian: return static_cast<std::int32_t>(be32(p));
        case type::uint_: return be32(p);
        case type::float_: return be_float(p);
        default: return be_double(p);
    }
}

bool is_integer(int element_type) {
    return element_type != type::float_ && element_type != type::double_ && element_bytes(element_type) > 0;
}

/// Length of the reference "&#945;" at the start of `text` and its code, or zero.
std::pair<std::size_t, std::uint32_t> character_reference(std::string_view text) {
    std::uint32_t code = 0;
    if (!text.starts_with("&#")) {
        return {0, 0};
    }
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), code);
    const auto length = static_cast<std::size_t>(end - text.data());
    // Below 256 Latin-1 has the character itself, so such a reference is somebody's literal text.
    if (error != std::errc{} || length >= text.size() || text[length] != ';' || code < 256 || code > 0x10ffff ||
        (code >= 0xd800 && code < 0xe000)) {
        return {0, 0};
    }
    return {length + 1, code};
}

}  // namespace

std::size_t element_bytes(int element_type) {
    switch (element_type) {
        case type::byte: return 1;
        case type::short_:
        case type::ushort_:
        case type::dau_pack16: return 2;
        case type::int_:
        case type::uint_:
        case type::julian:
        case type::float_: return 4;
        case type::double_: return 8;
        default: return 0;
    }
}

std::int64_t File::integer(const Entry& entry) const {
    if (!is_integer(entry.type) || entry.size != element_bytes(entry.type)) {
        fail(entry, "should be one whole number; it has type " + text_of(entry.type) + " and " + text_of(entry.size) +
                        " bytes");
    }
    return static_cast<std::int64_t>(element(data(entry).data(), entry.type));
}

double File::real(const Entry& entry) const {
    const std::size_t bytes = element_bytes(entry.type);
    if (bytes == 0 || entry.size != bytes) {
        fail(entry,
             "should be one number; it has type " + text_of(entry.type) + " and " + text_of(entry.size) + " bytes");
    }
    return element(data(entry).data(), entry.type);
}

std::vector<double> File::reals(const Entry& entry) const {
    if ((entry.type & type::matrix) != 0) {
        const auto m = matrix(entry);
        return {m.data(), m.data() + m.size()};
    }
    if (entry.size == 0) {
        return {};
    }
    if (entry.type == type::old_pack) {  // offset, scale, then numbers of 16 bits
        const double offset = float_at(entry, 0), scale = float_at(entry, 4);
        std::vector<double> values((entry.size - 8) / 2);
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = element(data(entry).data() + 8 + 2 * i, type::short_) * scale + offset;
        }
        return values;
    }
    const std::size_t bytes = element_bytes(entry.type);
    if (bytes == 0 || entry.size % bytes != 0) {
        fail(entry, "should be a list of numbers; it has type " + text_of(entry.type) + " and " + text_of(entry.size) +
                        " bytes");
    }
    std::vector<double> values(entry.size / bytes);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = element(data(entry).data() + i * bytes, entry.type);
    }
    return values;
}

std::vector<int> File::integers(const Entry& entry) const {
    if (entry.size > 0 && !is_integer(entry.type)) {
        fail(entry, "should be a list of whole numbers; it has type " + text_of(entry.type));
    }
    const auto values = reals(entry);
    std::vector<int> whole;
    whole.reserve(values.size());
    for (const double x : values) {
        if (x > INT32_MAX) {
            fail(entry, "holds a number beyond 32 bits with sign");
        }
        whole.push_back(static_cast<int>(x));
    }
    return whole;
}

std::string File::text(const Entry& entry) const {
    if (entry.size > 0 && entry.type != type::string) {
        fail(entry, "should be text; it has type " + text_of(entry.type));
    }
    const auto bytes = data(entry);
    return utf8_from_latin1({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::vector<std::string> File::names(const Entry& entry) const {
    const std::string list = text(entry);
    std::vector<std::string> result;
    for (const std::string_view part : split(list, ':')) {
        std::string& name = result.emplace_back(part);
        for (std::size_t at; (at = name.find("{COLON}")) != std::string::npos;) {
            name.replace(at, 7, ":");
        }
    }
    return list.empty() ? std::vector<std::string>{} : result;
}

MatrixShape matrix_shape(const File& file, const Entry& entry, bool complex) {
    if ((entry.type & type::matrix) == 0) {
        file.fail(entry, "should be a matrix; it has type " + text_of(entry.type));
    }
    if ((entry.type & type::sparse_mask) != 0) {
        file.fail(entry, "is a sparse matrix where a dense one should be");
    }
    MatrixShape shape;
    shape.element = entry.type & type::element_mask;
    const bool pairs = shape.element == type::complex_float || shape.element == type::complex_double;
    if (pairs && !complex) {
        file.fail(entry, "holds complex numbers where real ones should be");
    }
    const std::size_t bytes = pairs ? (shape.element == type::complex_float ? 8 : 16) : element_bytes(shape.element);
    if (bytes == 0) {
        file.fail(entry, "is a matrix of unknown elements (type " + text_of(entry.type) + ")");
    }
    if (entry.size < 4) {
        file.fail(entry, "is a matrix without dimensions");
    }
    const auto rank = file.int32_at(entry, entry.size - 4);
    if (rank < 1 || rank > 3 || entry.size < 4 * (static_cast<std::size_t>(rank) + 1)) {
        file.fail(entry, "is a matrix of " + text_of(rank) + " dimensions; 1 to 3 are possible");
    }
    const std::size_t payload = entry.size - 4 * (static_cast<std::size_t>(rank) + 1);
    std::size_t count = 1;
    for (int k = 0; k < rank; ++k) {  // the fastest dimension comes first in the file
        const auto extent = file.int32_at(entry, payload + 4 * static_cast<std::size_t>(rank - 1 - k));
        if (extent < 0 || (extent > 0 && count > payload / bytes / static_cast<std::size_t>(extent))) {
            file.fail(entry, "is a matrix with more elements than bytes");
        }
        count *= static_cast<std::size_t>(extent);
        shape.extents.push_back(extent);
    }
    if (count * bytes != payload) {
        file.fail(entry, "is a matrix of " + text_of(count) + " elements in " + text_of(payload) + " bytes");
    }
    return shape;
}

std::optional<Numbers> numbers_of(const MatrixShape& shape, ComplexPart& part) {
    if (shape.element != type::complex_float && shape.element != type::complex_double) {
        return part.which == ComplexPart::imaginary
                   ? std::nullopt
                   : std::optional(Numbers{shape.element, 0, element_bytes(shape.element)});
    }
    part.found = true;
    const int element = shape.element == type::complex_float ? type::float_ : type::double_;
    const std::size_t bytes = element_bytes(element);
    return Numbers{element, part.which == ComplexPart::imaginary ? bytes : 0, 2 * bytes};
}

Array<double, 2> File::matrix(const Entry& entry) const {
    ComplexPart real_only;
    return matrix(entry, real_only);
}

Array<double, 2> File::matrix(const Entry& entry, ComplexPart& part) const {
    MatrixShape shape = matrix_shape(*this, entry, part.which != ComplexPart::none);
    if (shape.extents.size() == 1) {
        shape.extents.insert(shape.extents.begin(), 1);
    }
    if (shape.extents.size() != 2) {
        fail(entry, "should be a matrix of two dimensions");
    }
    Array<double, 2> result({shape.extents[0], shape.extents[1]});
    if (const auto numbers = numbers_of(shape, part)) {
        const std::byte* from = data(entry).data() + numbers->offset;
        for (index i = 0; i < result.size(); ++i) {
            result.data()[i] = element(from + static_cast<std::size_t>(i) * numbers->stride, numbers->element);
        }
    }
    return result;
}

numerics::SparseMatrix File::sparse_matrix(const Entry& entry) const {
    const int coding = entry.type & type::sparse_mask, element_type = entry.type & type::element_mask;
    const std::size_t bytes = element_bytes(element_type);
    if ((entry.type & type::matrix) == 0 || (coding != type::sparse_by_rows && coding != type::sparse_by_columns) ||
        bytes == 0 || entry.size < 16) {
        fail(entry, "should be a sparse matrix of real numbers; it has type " + text_of(entry.type));
    }
    const std::size_t end = entry.size - 16;
    const index stored = int32_at(entry, end), rows = int32_at(entry, end + 4), columns = int32_at(entry, end + 8);
    const bool by_rows = coding == type::sparse_by_rows;
    const index lines = by_rows ? rows : columns;
    if (int32_at(entry, end + 12) != 2 || stored < 0 || rows < 0 || columns < 0 ||
        (!by_rows && rows > (1 << 26)) ||  // nothing in the file is as long
        static_cast<std::size_t>(stored) * (bytes + 4) + 4 * (static_cast<std::size_t>(lines) + 1) != end) {
        fail(entry, "is a sparse matrix whose bytes are not those of its " + text_of(stored) + " entries");
    }
    numerics::SparseMatrix made{lines, by_rows ? columns : rows, {}, {}, {}};
    const auto n = static_cast<std::size_t>(stored);
    // Some files of MNE-C hold positions in the order of bytes of the machine that wrote them.
    const auto number = [&](std::size_t offset, bool swapped) {
        const auto big = static_cast<std::uint32_t>(int32_at(entry, offset));
        return static_cast<std::int32_t>(swapped ? __builtin_bswap32(big) : big);
    };
    const std::size_t starts_at = n * (bytes + 4);
    bool swapped = number(end - 4, false) != stored;
    for (index k = 0; k <= lines; ++k) {
        made.starts.push_back(number(starts_at + 4 * static_cast<std::size_t>(k), swapped));
    }
    const std::size_t good = swapped ? static_cast<std::size_t>(made.columns) + 1 : n;
    for (std::size_t k = 0; k < n; ++k) {
        made.values.push_back(element(data(entry).data() + k * bytes, element_type));
        made.column_of.push_back(number(n * bytes + 4 * k, k >= good));
    }
    const auto orderly = [&] {
        for (std::size_t k = 1; k < made.starts.size(); ++k) {
            if (made.starts[k] < made.starts[k - 1]) {
                return false;
            }
        }
        return made.starts.front() == 0 && made.starts.back() == stored;
    };
    if (!orderly()) {
        fail(entry, "is a sparse matrix whose rows or columns do not follow each other");
    }
    std::vector<numerics::SparseEntry> entries;  // within a row, files hold entries in any order
    for (index line = 0; line < lines; ++line) {
        const auto others = made.columns_in(line);
        for (std::size_t k = 0; k < others.size(); ++k) {
            const auto a = static_cast<std::int32_t>(line);
            entries.push_back({by_rows ? a : others[k], by_rows ? others[k] : a, made.values_in(line)[k]});
        }
    }
    return numerics::sparse(rows, columns, entries);
}

meeg::Transform File::transform(const Entry& entry) const {
    if (entry.type != type::coord_trans_struct || entry.size < 56) {
        fail(entry, "should be a coordinate transform");
    }
    meeg::Transform t;
    t.from = named<meeg::CoordFrame>(int32_at(entry, 0));
    t.to = named<meeg::CoordFrame>(int32_at(entry, 4));
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            t.matrix[i][j] = float_at(entry, 8 + 4 * (3 * i + j));
        }
        t.matrix[i][3] = float_at(entry, 44 + 4 * i);
    }
    return t;
}

std::int32_t File::int32_at(const Entry& entry, std::size_t offset) const {
    if (offset + 4 > entry.size) {
        fail(entry, "is too short: byte " + text_of(offset) + " of " + text_of(entry.size) + " was asked for");
    }
    return static_cast<std::int32_t>(be32(data(entry).data() + offset));
}

double File::float_at(const Entry& entry, std::size_t offset) const {
    int32_at(entry, offset);  // checks the place
    return be_float(data(entry).data() + offset);
}

std::string utf8_from_latin1(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (const auto [length, code] = character_reference(text.substr(i)); length > 0) {
            append_utf8(result, code);
            i += length;
        } else {
            append_utf8(result, static_cast<unsigned char>(text[i++]));
        }
    }
    return result;
}

std::string latin1_from_utf8(std::string_view text) {
    std::string result;
    for (std::string_view left = text; !left.empty();) {
        const auto [code, length] = first_character(left);
        require(length > 0, [&] { return "text must be UTF-8; got '" + std::string(text) + "'"; });
        result += code < 256 ? std::string(1, static_cast<char>(code)) : "&#" + text_of(code) + ";";
        left.remove_prefix(length);
    }
    return result;
}

}  // namespace ranvier::formats::fiff
