#include "ranvier/learn/model_file.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "ranvier/base/digest.hpp"
#include "ranvier/base/file.hpp"

namespace ranvier::learn {

namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

constexpr std::string_view magic = "RVLEARN1";
constexpr std::size_t header_begin = 16;  // magic, then the header's length as a 64-bit number
constexpr std::size_t digest_length = 64;
constexpr std::size_t alignment = 64;

std::size_t aligned(std::size_t n) { return (n + alignment - 1) / alignment * alignment; }

template <class T>
void append(std::string& to, const std::vector<T>& values) {
    to.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

/// Strings are kept as a JSON list.
std::string bytes_of(const StoredArray& a, std::string& type) {
    std::string bytes;
    if (const auto* d = std::get_if<std::vector<double>>(&a.values)) {
        type = "float64";
        append(bytes, *d);
    } else if (const auto* f = std::get_if<std::vector<float>>(&a.values)) {
        type = "float32";
        append(bytes, *f);
    } else if (const auto* i = std::get_if<std::vector<std::int64_t>>(&a.values)) {
        type = "int64";
        append(bytes, *i);
    } else {
        type = "string";
        bytes = Json(std::get<std::vector<std::string>>(a.values)).dump();
    }
    return bytes;
}

template <class T>
std::vector<T> numbers(const std::byte* from, std::size_t bytes) {
    std::vector<T> values(bytes / sizeof(T));
    if (!values.empty()) {
        std::memcpy(values.data(), from, values.size() * sizeof(T));
    }
    return values;
}

}  // namespace

index StoredArray::size() const {
    return std::visit([](const auto& v) { return static_cast<index>(v.size()); }, values);
}

Array<double, 2> StoredModel::matrix(const std::string& name) const {
    const auto found = arrays.find(name);
    require(found != arrays.end(), [&] { return "the model has no '" + name + "'"; });
    const StoredArray& a = found->second;
    require(a.shape.size() == 2, [&] { return "'" + name + "' of the model must have two axes"; });
    Array<double, 2> result({a.shape[0], a.shape[1]});
    if (const auto* d = std::get_if<std::vector<double>>(&a.values)) {
        std::copy(d->begin(), d->end(), result.data());
    } else if (const auto* f = std::get_if<std::vector<float>>(&a.values)) {
        std::copy(f->begin(), f->end(), result.data());
    } else {
        throw InvalidInput("'" + name + "' of the model must hold floating-point numbers");
    }
    for (index i = 0; i < result.size(); ++i) {
        require(std::isfinite(result.data()[i]), [&] { return "'" + name + "' of the model must be finite"; });
    }
    return result;
}

std::vector<double> StoredModel::row(const std::string& name) const {
    const auto found = arrays.find(name);
    require(found != arrays.end(), [&] { return "the model has no '" + name + "'"; });
    if (const auto* d = std::get_if<std::vector<double>>(&found->second.values)) {
        return *d;
    }
    if (const auto* f = std::get_if<std::vector<float>>(&found->second.values)) {
        return {f->begin(), f->end()};
    }
    if (const auto* i = std::get_if<std::vector<std::int64_t>>(&found->second.values)) {
        return {i->begin(), i->end()};
    }
    throw InvalidInput("'" + name + "' of the model must hold numbers");
}

void write_model(const StoredModel& model, const std::filesystem::path& path, bool overwrite) {
    Json header{{"kind", model.kind}, {"settings", Json::parse(model.settings)}, {"arrays", Json::array()}};
    std::string data;
    for (const auto& [name, array] : model.arrays) {
        std::string type;
        const std::string bytes = bytes_of(array, type);
        data.resize(aligned(data.size()));
        header["arrays"].push_back(
            {{"name", name}, {"type", type}, {"shape", array.shape}, {"begin", data.size()}, {"bytes", bytes.size()}});
        data += bytes;
    }
    std::string text = header.dump();
    text.resize(aligned(header_begin + text.size()) - header_begin, ' ');
    std::string file(magic);
    const std::uint64_t length = text.size();
    file.append(reinterpret_cast<const char*>(&length), sizeof length);
    file += text;
    file += data;
    file += sha256(std::as_bytes(std::span(file)));
    OutputFile out(path, overwrite);
    out.write(file);
    out.commit();
}

StoredModel read_model(const std::filesystem::path& path) {
    const std::vector<std::byte> file = file_bytes(path);
    const auto fail = [&](std::size_t offset, const std::string& what) -> FileError {
        return {path, static_cast<std::int64_t>(offset), what};
    };
    if (file.size() < header_begin || std::memcmp(file.data(), magic.data(), magic.size()) != 0) {
        throw fail(0, "not a model file: it must begin with " + std::string(magic));
    }
    if (file.size() < header_begin + digest_length) {
        throw fail(file.size(), "the file ends too early");
    }
    const std::size_t end = file.size() - digest_length;
    const std::string digest = sha256(std::span(file).first(end));
    if (std::memcmp(file.data() + end, digest.data(), digest_length) != 0) {
        throw fail(end, "the file is damaged or cut short: its digest does not fit its content");
    }
    std::uint64_t length = 0;
    std::memcpy(&length, file.data() + magic.size(), sizeof length);
    if (length > end - header_begin) {
        throw fail(magic.size(), "the header is said to be longer than the file");
    }
    const auto size_in = [&](const Json& value) {
        if (!value.is_number_unsigned()) {
            throw fail(header_begin, "sizes and places of arrays must be whole numbers >= 0; got " + value.dump());
        }
        return value.get<std::uint64_t>();
    };
    const std::size_t data = header_begin + length;
    StoredModel model;
    try {
        const char* text = reinterpret_cast<const char*>(file.data() + header_begin);
        const Json header = Json::parse(text, text + length);
        model.kind = header.at("kind").get<std::string>();
        if (!header.at("settings").is_object()) {
            throw fail(header_begin, "settings must be a JSON object");
        }
        model.settings = header.at("settings").dump();
        for (const Json& entry : header.at("arrays")) {
            const auto name = entry.at("name").get<std::string>();
            const auto type = entry.at("type").get<std::string>();
            const std::uint64_t begin = size_in(entry.at("begin")), bytes = size_in(entry.at("bytes"));
            if (begin > end - data || bytes > end - data - begin) {
                throw fail(header_begin, "array '" + name + "' is said to lie beyond the end of the file");
            }
            StoredArray array;
            index count = 1;
            for (const Json& said : entry.at("shape")) {
                constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<index>::max());
                const std::uint64_t extent = size_in(said);
                if (extent > most || (extent > 0 && static_cast<std::uint64_t>(count) > most / extent)) {
                    throw fail(header_begin, "array '" + name + "' has an impossible shape");
                }
                array.shape.push_back(static_cast<index>(extent));
                count *= array.shape.back();
            }
            const std::byte* from = file.data() + data + begin;
            if (type == "float64") {
                array.values = numbers<double>(from, bytes);
            } else if (type == "float32") {
                array.values = numbers<float>(from, bytes);
            } else if (type == "int64") {
                array.values = numbers<std::int64_t>(from, bytes);
            } else if (type == "string") {
                const char* list = reinterpret_cast<const char*>(from);
                array.values = Json::parse(list, list + bytes).get<std::vector<std::string>>();
            } else {
                throw fail(header_begin, "array '" + name + "' has the unknown type '" + type + "'");
            }
            if (array.size() != count) {
                throw fail(data + begin, "array '" + name + "' has " + std::to_string(array.size()) +
                                             " entries; its shape says " + std::to_string(count));
            }
            model.arrays[name] = std::move(array);
        }
    } catch (const Json::exception& error) {
        std::string what = error.what();  // which cites bytes that may be no text
        std::replace_if(
            what.begin(), what.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
        throw fail(header_begin, "the header is not what it must be: " + what);
    }
    return model;
}

}  // namespace ranvier::learn
