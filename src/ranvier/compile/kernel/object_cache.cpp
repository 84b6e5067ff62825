#include "ranvier/compile/kernel/object_cache.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <filesystem>

#include "ranvier/base/digest.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/compile/kernel/sources_digest.hpp"

namespace ranvier::compile {

namespace {

constexpr std::uintmax_t most_bytes = 256'000'000;
constexpr std::size_t digest_length = 64;

/// @throws FileError  nothing is kept
std::filesystem::path folder() {
    const std::filesystem::path cache = cache_folder();
    if (cache.empty()) {
        throw FileError(cache, FileError::no_offset, "no folder is ours alone");
    }
    return cache / "kernels";
}
std::filesystem::path file(const std::string& key) { return folder() / (key + ".o"); }

void evict_oldest() {
    struct Entry {
        std::filesystem::file_time_type time;
        std::uintmax_t size;
        std::filesystem::path path;
    };
    std::vector<Entry> entries;
    std::uintmax_t total = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        entries.push_back({entry.last_write_time(), entry.file_size(), entry.path()});
        total += entries.back().size;
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.time < b.time; });
    for (const Entry& entry : entries) {
        if (total <= most_bytes * 3 / 4) {
            break;
        }
        std::filesystem::remove(entry.path);
        total -= entry.size;
    }
}

}  // namespace

std::string object_key(const Program& program, const machine::Target& target) {
    const std::string whole = text(program) + "\n" + machine::identity() + "\n" + sources_digest + "\n" +
                              text_of(static_cast<int>(target.scalar)) + " " + text_of(target.lanes) + " " +
                              text_of(target.interleave) + " " + text_of(target.vector_bits);
    return sha256(std::as_bytes(std::span(whole)));
}

std::optional<std::vector<std::byte>> cached_object(const std::string& key) {
    try {
        if (!std::filesystem::exists(file(key))) {
            return std::nullopt;
        }
        std::vector<std::byte> bytes = file_bytes(file(key));
        if (bytes.size() < digest_length) {
            return std::nullopt;
        }
        const std::string digest(reinterpret_cast<const char*>(bytes.data()), digest_length);
        bytes.erase(bytes.begin(), bytes.begin() + digest_length);
        if (sha256(bytes) != digest) {
            return std::nullopt;
        }
        return bytes;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

void store_object(const std::string& key, std::span<const std::byte> object) {
    try {
        std::filesystem::create_directories(folder());
        OutputFile output(file(key), true);
        output.write(sha256(object));
        output.write(object);
        output.commit();
        // Looking at the whole folder costs more than writing one object, so that happens for one in 64.
        if (key.starts_with("00") || key.starts_with("40") || key.starts_with("80") || key.starts_with("c0")) {
            evict_oldest();
        }
    } catch (const std::exception&) {  // a full disk or a folder that is not ours: compile again next time
    }
}

}  // namespace ranvier::compile
