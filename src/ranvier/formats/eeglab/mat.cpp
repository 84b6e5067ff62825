#include "ranvier/formats/eeglab/mat.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/utf8.hpp"

namespace ranvier::formats::eeglab {

namespace {

using Bytes = std::span<const std::byte>;

// What an element holds, and what a matrix is: numbers of the format.
enum Element : std::uint32_t {
    el_int8 = 1,
    el_uint8,
    el_int16,
    el_uint16,
    el_int32,
    el_uint32,
    el_single,
    el_double = 9,
    el_int64 = 12,
    el_uint64,
    el_matrix,
    el_compressed,
    el_utf8,
    el_utf16
};
enum Class : std::uint32_t { cl_cell = 1, cl_struct, cl_object, cl_char, cl_sparse, cl_double, cl_uint64 = 15 };

constexpr int deepest = 100;  // structures within structures

std::optional<NumberType> number_type(std::uint32_t element) {
    using enum NumberType;
    switch (element) {
        case el_int8: return i8;
        case el_uint8: return u8;
        case el_int16: return i16;
        case el_uint16: return u16;
        case el_int32: return i32;
        case el_uint32: return u32;
        case el_int64: return i64;
        case el_uint64: return u64;
        case el_single: return f32;
        case el_double: return f64;
        default: return {};
    }
}

/// UTF-8 of UTF-16; halves of pairs that stand alone become U+FFFD.
std::string utf8_of_utf16(const std::vector<std::uint32_t>& units) {
    std::string out;
    for (std::size_t k = 0; k < units.size(); ++k) {
        const std::uint32_t unit = units[k];
        const bool high = unit >= 0xD800 && unit < 0xDC00;
        if (high && k + 1 < units.size() && units[k + 1] >= 0xDC00 && units[k + 1] < 0xE000) {
            append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (units[++k] - 0xDC00));
        } else {
            append_utf8(out, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
        }
    }
    return out;
}

/// Takes the elements of a file, or of an unpacked variable, apart.
class Parser {
public:
    Parser(const std::filesystem::path& path, bool big_endian, std::string codec)
        : path_(path), big_endian_(big_endian), codec_(std::move(codec)) {}

    struct Part {
        std::uint32_t type = 0;
        Bytes bytes;
    };
    /// What the error says is where the outermost element begins in the file.
    std::int64_t place = 0;

    [[noreturn]] void fail(const std::string& what) const { throw FileError(path_, place, "is damaged: " + what); }

    /// The element at the front of `bytes`, which then begin behind it.
    Part next(Bytes& bytes, bool padded = true) const {
        if (bytes.size() < 8) {
            fail("an element ends early");
        }
        const std::uint32_t first = word(bytes);
        if (first >> 16 != 0) {  // short elements have type, size and bytes in one
            const std::size_t size = first >> 16;
            if (size > 4) {
                fail("a short element must have <= 4 bytes; it says " + text_of(size));
            }
            const Part part{first & 0xFFFF, bytes.subspan(4, size)};
            bytes = bytes.subspan(8);
            return part;
        }
        const std::size_t size = word(bytes.subspan(4));
        if (size > bytes.size() - 8) {
            fail("an element says that it has " + text_of(size) + " bytes, and " + text_of(bytes.size() - 8) +
                 " are left");
        }
        const Part part{first, bytes.subspan(8, size)};
        bytes = bytes.subspan(std::min(bytes.size(), 8 + (padded ? (size + 7) / 8 * 8 : size)));
        return part;
    }

    /// The name and value of a matrix. @param wanted  tells by its name whether a variable is read
    template <class Wanted>
    std::optional<std::pair<std::string, MatValue>> variable(Bytes body, const Wanted& wanted) const {
        std::string name;
        if (!wanted(name_of(body))) {
            return {};
        }
        MatValue value = matrix(body, name, 0);
        return std::pair(std::move(name), std::move(value));
    }

    /// The name of a matrix whose bytes may end early.
    std::string name_of(Bytes body) const {
        const Part flags = next(body);
        if (flags.bytes.empty() || (word(flags.bytes) & 0xFF) > cl_uint64) {
            return "";
        }
        next(body);
        return text_of_bytes(next(body).bytes);
    }

private:
    std::uint32_t word(Bytes bytes) const {
        if (bytes.size() < 4) {
            fail("a number ends early");
        }
        std::uint32_t value = 0;
        std::memcpy(&value, bytes.data(), 4);
        return big_endian_ == (std::endian::native == std::endian::big) ? value : __builtin_bswap32(value);
    }
    static std::string text_of_bytes(Bytes bytes) {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    MatValue matrix(Bytes body, std::string& name, int depth) const {
        MatValue value;
        value.big_endian = big_endian_;
        if (body.empty()) {
            value.extents = {0, 0};
            return value;
        }
        if (depth > deepest) {
            fail("structures are nested more than " + text_of(deepest) + " deep");
        }
        const Part flags = next(body);
        const std::uint32_t what = flags.bytes.empty() ? 0 : word(flags.bytes) & 0xFF;
        if (what < cl_cell || what > cl_uint64 || what == cl_sparse) {  // functions, tables, strings as objects …
            value.kind = MatValue::Kind::other;
            value.extents = {1, 1};
            return value;
        }
        value.extents = extents(next(body));
        name = text_of_bytes(next(body).bytes);
        if (what == cl_cell) {
            value.kind = MatValue::Kind::cells;
            values(value, body, 1, depth);
        } else if (what == cl_struct || what == cl_object) {
            if (what == cl_object) {
                next(body);  // the name of its class
            }
            value.kind = MatValue::Kind::structure;
            structure(value, body, depth);
        } else if (what == cl_char) {
            value.kind = MatValue::Kind::text;
            value.text = text(next_or_nothing(body), value);
        } else {
            const Part part = next_or_nothing(body);
            const auto type = number_type(part.type);
            if (!value.empty() && !type) {
                fail("numbers are of the unknown type " + text_of(part.type));
            }
            value.type = type.value_or(NumberType::f64);
            const auto size = static_cast<std::size_t>(number_bytes(value.type));
            if (part.bytes.size() / size < static_cast<std::size_t>(value.count())) {
                fail("a matrix of " + text_of(value.count()) + " numbers has " + text_of(part.bytes.size()) + " bytes");
            }
            value.bytes = part.bytes;
        }
        return value;
    }

    Part next_or_nothing(Bytes& body) const { return body.empty() ? Part{} : next(body); }

    std::vector<index> extents(const Part& part) const {
        std::vector<index> out;
        double product = 1;
        for (std::size_t at = 0; at + 4 <= part.bytes.size() && out.size() <= 32; at += 4) {
            out.push_back(static_cast<std::int32_t>(word(part.bytes.subspan(at))));
            product *= static_cast<double>(out.back());
            if (out.back() < 0 || product > 9007199254740992.0) {
                fail("the extents of a matrix can't be right");
            }
        }
        if (out.size() < 2 || out.size() > 32) {
            fail("the extents of a matrix can't be right");
        }
        return out;
    }

    void values(MatValue& value, Bytes& body, std::size_t fields, int depth) const {
        const auto n = static_cast<std::size_t>(value.count());
        if (fields != 0 && n > body.size() / 8 / fields) {  // each has 8 bytes at least
            fail("there is no room for " + text_of(n) + " × " + text_of(fields) + " values in " + text_of(body.size()) +
                 " bytes");
        }
        value.values.reserve(n * fields);
        for (std::size_t k = 0; k < n * fields; ++k) {
            const Part part = next(body);
            if (part.type != el_matrix) {
                fail("a value is no matrix but an element of type " + text_of(part.type));
            }
            std::string unnamed;
            value.values.push_back(matrix(part.bytes, unnamed, depth + 1));
        }
    }

    void structure(MatValue& value, Bytes& body, int depth) const {
        const Part length = next(body), names = next(body);
        const std::size_t step = length.bytes.empty() ? 0 : word(length.bytes);
        if (step == 0 && !names.bytes.empty()) {
            fail("names of fields have no length");
        }
        for (std::size_t at = 0; step > 0 && at + step <= names.bytes.size(); at += step) {
            const std::string name = text_of_bytes(names.bytes.subspan(at, step));
            value.fields.push_back(name.substr(0, name.find('\0')));
        }
        if (value.fields.empty() && value.count() > 1000) {  // which take no room, however many there are
            fail("there are " + text_of(value.count()) + " structures without a field");
        }
        values(value, body, value.fields.size(), depth);
    }

    std::string text(const Part& part, const MatValue& value) const {
        const index rows = std::max<index>(value.extents[0], 1);
        if (part.type == el_utf8 || part.type == el_int8 || part.type == el_uint8) {
            std::string out;
            for (std::size_t k = 0; k < part.bytes.size(); k += rows == 1 ? 1 : static_cast<std::size_t>(rows)) {
                out += static_cast<char>(part.bytes[k]);
            }
            return utf8_of(out);
        }
        if (part.type != el_uint16 && part.type != el_utf16) {
            if (part.bytes.empty()) {
                return "";
            }
            fail("letters are of the unknown type " + text_of(part.type));
        }
        std::vector<double> all(part.bytes.size() / 2);
        read_numbers(NumberType::u16, big_endian_, part.bytes, all);
        std::vector<std::uint32_t> units;
        std::string narrow;
        for (std::size_t k = 0; k < all.size(); k += static_cast<std::size_t>(rows)) {
            units.push_back(static_cast<std::uint32_t>(all[k]));
            narrow += static_cast<char>(units.back() & 0xFF);
        }
        if (part.type == el_utf16 || codec_ == "utf-16") {
            return utf8_of_utf16(units);
        }
        return codec_ == "utf-8" && is_utf8(narrow) ? narrow : utf8_of_latin1(narrow);
    }

    std::filesystem::path path_;
    bool big_endian_ = false;
    std::string codec_;
};

/// The first `most` bytes, or all, that a packed element holds.
std::vector<std::byte> inflated(const std::filesystem::path& path, std::int64_t place, Bytes packed, std::size_t most) {
    struct Inflate {
        z_stream stream{};
        Inflate() { ensure(inflateInit(&stream) == Z_OK, "zlib starts"); }
        ~Inflate() { inflateEnd(&stream); }
    } inflater;
    z_stream& z = inflater.stream;
    std::vector<std::byte> out;
    std::size_t used = 0;
    const auto fail = [&](const std::string& what) {
        throw FileError(path, place + 8 + static_cast<std::int64_t>(used), "is damaged: " + what);
    };
    // the output grows with what has been unpacked, so that a small damaged file can't ask for much memory
    while (out.size() < most) {
        const std::size_t before = out.size();
        out.resize(std::min(most, before + std::clamp(before, std::size_t{1} << 12, std::size_t{1} << 26)));
        const std::size_t offered = std::min(packed.size() - used, std::size_t{1} << 30);
        z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data() + used));
        z.avail_in = static_cast<uInt>(offered);
        z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        z.avail_out = static_cast<uInt>(out.size() - before);
        const int status = inflate(&z, Z_NO_FLUSH);
        used += offered - z.avail_in;
        const std::size_t made = out.size() - before - z.avail_out;
        out.resize(before + made);
        if (status == Z_STREAM_END) {
            return out;
        }
        if (status != Z_OK && !(status == Z_BUF_ERROR && made > 0)) {
            fail(used == packed.size() ? "a packed variable ends early" : "a packed variable can't be unpacked");
        }
        if (made == 0 && used == packed.size()) {
            fail("a packed variable ends early");
        }
    }
    return out;
}

}  // namespace

index MatValue::count() const {
    index n = extents.empty() ? 0 : 1;
    for (const index extent : extents) {
        n *= extent;
    }
    return n;
}

const MatValue* MatValue::field(std::string_view name, index element) const {
    const auto found = std::ranges::find(fields, name);
    return found == fields.end() || element >= count() ? nullptr
                                                       : &values[static_cast<std::size_t>(element) * fields.size() +
                                                                 static_cast<std::size_t>(found - fields.begin())];
}

std::optional<double> MatValue::number() const {
    double value = 0;
    if (kind != Kind::numbers || count() != 1) {
        return {};
    }
    read_numbers(type, big_endian, bytes, {&value, 1});
    return value;
}

std::string number_word(NumberType type, double value) {
    return is_whole(type) ? formatted("%.0f", value) : text_of(value);
}

std::string MatValue::word() const {
    if (kind == Kind::text) {
        return text;
    }
    const auto value = number();
    if (!value) {
        return "[]";
    }
    return number_word(type, *value);
}

MatFile::MatFile(const std::filesystem::path& path, const std::string& uint16_codec)
    : file(std::make_shared<const MappedFile>(path)) {
    const Bytes all = file->bytes();
    const std::string_view head(reinterpret_cast<const char*>(all.data()), std::min<std::size_t>(all.size(), 128));
    if (head.starts_with("MATLAB 7.3") || head.starts_with("\x89HDF")) {
        throw FileError(
            path, 0,
            "is a MATLAB file of version 7.3 (HDF5), which is not in Ranvier yet; save it with -v7 or -v6 in "
            "MATLAB: save(name, '-v7', …)");
    }
    if (head.size() < 128 || !head.starts_with("MATLAB 5.0") ||
        (head.substr(126) != "IM" && head.substr(126) != "MI")) {
        throw FileError(path, std::min<std::int64_t>(static_cast<std::int64_t>(all.size()), 126),
                        head.starts_with("MATLAB 5.0")
                            ? "the file ends early, within the header of 128 bytes of a MATLAB file"
                            : "is not a MATLAB file of version 5, in which EEGLAB keeps recordings");
    }
    Parser parser(path, head[126] == 'M', uint16_codec);
    const auto wanted = [](const std::string& name) {
        static const std::vector<std::string> names{"EEG",   "ALLEEG", "nbchan", "trials",   "pnts",
                                                    "srate", "xmin",   "xmax",   "chanlocs", "chaninfo",
                                                    "event", "epoch",  "data",   "setname"};
        return std::ranges::find(names, name) != names.end();
    };
    for (Bytes rest = all.subspan(128); !rest.empty();) {
        parser.place = static_cast<std::int64_t>(all.size() - rest.size());
        Parser::Part part = parser.next(rest, false);
        if (part.type == el_compressed) {
            constexpr std::size_t room_for_name = 4096;
            Bytes seen;
            const std::vector<std::byte> begin = inflated(path, parser.place, part.bytes, room_for_name);
            seen = Bytes(begin);
            if (seen.size() >= 8 && !wanted(parser.name_of(seen.subspan(8)))) {
                continue;
            }
            const std::size_t most = memory_bytes() / 2;
            auto whole = std::make_shared<const std::vector<std::byte>>(inflated(path, parser.place, part.bytes, most));
            if (whole->size() >= most) {
                throw FileError(
                    path, parser.place,
                    "unpacks to more than " + text_of(most) +
                        " bytes, half of this machine's memory; save it with its samples in a file of their "
                        "own (EEGLAB: Memory options, 'save two files')");
            }
            unpacked.push_back(whole);
            Bytes inside(*whole);
            part = parser.next(inside);
        }
        if (part.type != el_matrix) {
            continue;
        }
        if (auto variable = parser.variable(part.bytes, wanted)) {
            variables_.push_back(std::move(*variable));
        }
    }
}

const MatValue* MatFile::find(std::string_view name) const {
    const auto found = std::ranges::find(variables_, name, [](const auto& v) { return std::string_view(v.first); });
    return found == variables_.end() ? nullptr : &found->second;
}

std::string MatFile::names() const {
    std::string out;
    for (const auto& [name, value] : variables_) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out.empty() ? "none that EEGLAB has" : out;
}

}  // namespace ranvier::formats::eeglab
