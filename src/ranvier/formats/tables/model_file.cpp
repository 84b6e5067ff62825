#include "ranvier/formats/tables/model_file.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "ranvier/base/digest.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/formats/tables/json_value.hpp"

namespace ranvier::formats {

namespace {

using Json = nlohmann::ordered_json;
using learn::Model;
using learn::StoredArray;

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

constexpr std::string_view magic = "RVLEARN1";
constexpr std::size_t header_begin = 16;  // magic, then the header's length as a 64-bit number
constexpr std::size_t digest_length = 64;
constexpr std::size_t alignment = 64;

std::size_t aligned(std::size_t n) { return (n + alignment - 1) / alignment * alignment; }

/// The bytes of an array; words are kept as a JSON list.
std::string bytes_of(const StoredArray& a, std::string& type) {
    return std::visit(
        [&]<class V>(const V& values) -> std::string {
            if constexpr (std::is_same_v<V, std::vector<std::string>>) {
                type = "string";
                return Json(values).dump();
            } else {
                type = std::is_same_v<V, Array<double, 1>>  ? "float64"
                       : std::is_same_v<V, Array<float, 1>> ? "float32"
                                                            : "int64";
                return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(*values.data())};
            }
        },
        a.values);
}

template <class T>
Array<T, 1> numbers(const std::byte* from, std::size_t bytes) {
    Array<T, 1> values({static_cast<index>(bytes / sizeof(T))});
    if (values.size() > 0) {
        std::memcpy(values.data(), from, values.size() * sizeof(T));
    }
    return values;
}

}  // namespace

void write_model(const Model& model, const std::filesystem::path& path, bool overwrite) {
    Json header{{"kind", model.kind}, {"settings", json_of(model.settings)}, {"arrays", Json::array()}};
    std::string data;
    for (const auto& [name, array] : model.state) {
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

Model read_model(const std::filesystem::path& path) {
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
    Model model;
    try {
        const char* text = reinterpret_cast<const char*>(file.data() + header_begin);
        const Json header = parsed_json({text, length});
        model.kind = header.at("kind").get<std::string>();
        if (!header.at("settings").is_object()) {
            throw fail(header_begin, "settings must be a JSON object");
        }
        model.settings = *value_of(header.at("settings")).as<Value::Map>();
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
                array.values = parsed_json({list, bytes}).get<std::vector<std::string>>();
            } else {
                throw fail(header_begin, "array '" + name + "' has the unknown type '" + type + "'");
            }
            if (array.size() != count) {
                throw fail(data + begin, "array '" + name + "' has " + text_of(array.size()) +
                                             " entries; its shape says " + text_of(count));
            }
            model.state[name] = std::move(array);
        }
    } catch (const Json::exception& error) {
        throw fail(header_begin, "the header is not what it must be: " + std::string(error.what()));
    } catch (const InvalidInput& error) {
        throw fail(header_begin, "the header is not what it must be: " + std::string(error.what()));
    }
    return model;
}

}  // namespace ranvier::formats
