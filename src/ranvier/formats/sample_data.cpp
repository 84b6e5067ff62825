#include "ranvier/formats/sample_data.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "ranvier/base/digest.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/named_folder.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/process.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

namespace fs = std::filesystem;

namespace {

SampleFile eegmmidb_file(const std::string& name, const std::string& sha256) {
    return {name, "https://physionet.org/files/eegmmidb/1.0.0/S001/" + name, sha256, 2596896,
            "Open Data Commons Attribution License 1.0"};
}

std::int64_t size_or_zero(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : static_cast<std::int64_t>(size);
}

/// What is written before it is known to be right; gone with this object unless it was moved away.
struct Aside {
    fs::path path;
    ~Aside() {
        std::error_code ignored;
        fs::remove(path, ignored);
    }
};

std::vector<std::string> curl_command(const std::string& url, const fs::path& to) {
    return {"curl",         "--fail", "--silent",      "--show-error", "--location", "--connect-timeout", "5",
            "--speed-time", "15",     "--speed-limit", "1000",         "--output",   to.string(),         url};
}

std::vector<std::string> wget_command(const std::string& url, const fs::path& to) {
    return {"wget",
            "--no-verbose",
            "--tries=1",
            "--connect-timeout=5",
            "--read-timeout=15",
            "--output-document=" + to.string(),
            url};
}

std::string one_line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace

const std::vector<SampleSet>& sample_sets() {
    static const std::vector<SampleSet> sets{
        {"eegmmidb",
         "PhysioNet EEG Motor Movement/Imagery Dataset, subject 1, runs 6, 10 and 14 (imagined hands against feet): 64 "
         "channels, 160 Hz, 125 s each; Schalk et al. 2004, doi:10.1109/TBME.2004.827072",
         "eegmmidb_S001",
         {eegmmidb_file("S001R06.edf", "5369364f2c4e81ca141679d6dd2ba6ece61c7eb53d7fae31241b308876e1b6b3"),
          eegmmidb_file("S001R10.edf", "20de1c7746c2349d16bda5e9f1b0ac7b7ad1581102a2e30dd2ac422696f62fb1"),
          eegmmidb_file("S001R14.edf", "2110c48e3106898e3dbca47e39b330637afd3d3b8bc2da3ba1e44f4ac1118137")}}};
    return sets;
}

const SampleSet& sample_set(const std::string& name) {
    const SampleSet* set = named(sample_sets(), name);
    require(set, [&] {
        const auto names = names_of(sample_sets());
        return "there is no sample data called '" + name + "'; there is " + joined(names) + did_you_mean(name, names);
    });
    return *set;
}

std::vector<fs::path> sample_folders() {
    std::vector<fs::path> folders;
    if (const char* own = std::getenv("RANVIER_DATA"); own && *own) {
        folders.emplace_back(own);
        check_named_folder("RANVIER_DATA", own);
    }
    folders.emplace_back("../shared/data");
    folders.emplace_back("shared/data");
    if (const fs::path cache = cache_folder(); !cache.empty()) {
        folders.push_back(cache / "data");
    }
    return folders;
}

std::optional<fs::path> found(const SampleSet& set, const SampleFile& file) {
    for (const fs::path& folder : sample_folders()) {
        for (const fs::path& path : {folder / set.folder / file.name, folder / file.name}) {
            if (size_or_zero(path) == file.bytes && sha256_of_file(path) == file.sha256) {
                return path;
            }
        }
    }
    return {};
}

std::optional<std::vector<fs::path>> found(const SampleSet& set) {
    std::vector<fs::path> paths;
    for (const SampleFile& file : set.files) {
        const auto path = found(set, file);
        if (!path) {
            return {};
        }
        paths.push_back(*path);
    }
    return paths;
}

fs::path fetch(const SampleSet& set, const SampleFile& file, const fs::path& folder) {
    const fs::path goal = folder / set.folder / file.name;
    const std::string by_hand = "; fetch it by hand and put it there, or set $RANVIER_DATA to a folder that holds " +
                                (fs::path(set.folder) / file.name).string();
    const auto fail = [&](const std::string& what) { return FileError(goal, FileError::no_offset, what); };
    std::error_code error;
    fs::create_directories(goal.parent_path(), error);
    if (error) {
        throw fail("its folder can't be made: " + error.message());
    }
    const Aside aside{name_aside(goal)};
    {
        Progress progress("fetching " + file.name, file.bytes);
        std::int64_t shown = 0;
        const auto show = [&] {
            const std::int64_t now = std::min(size_or_zero(aside.path), file.bytes);
            progress.advance(now - shown);
            shown = now;
        };
        ProcessResult result = run_process(curl_command(file.url, aside.path), show);
        std::string program = "curl";
        if (result.status == 127) {
            result = run_process(wget_command(file.url, aside.path), show);
            program = "wget";
        }
        if (result.status == 127) {
            throw fail("can't be fetched from " + file.url + ": neither curl nor wget is installed" + by_hand);
        }
        if (result.status != 0) {
            throw fail("could not be fetched from " + file.url + ": " + program + " ended with status " +
                       text_of(result.status) + " (" + one_line(result.output) + ")" + by_hand);
        }
        show();
    }
    const std::int64_t size = size_or_zero(aside.path);
    const std::string digest = sha256_of_file(aside.path);
    if (digest != file.sha256) {
        throw fail("what came from " + file.url + " is another file: " + text_of(size) + " bytes with SHA-256 " +
                   digest + " instead of " + text_of(file.bytes) + " bytes with " + file.sha256 +
                   "; it was thrown away" + by_hand);
    }
    fs::rename(aside.path, goal, error);
    if (error) {
        throw fail("can't be put in place: " + error.message());
    }
    return goal;
}

namespace {

fs::path fetched_folder() {
    const fs::path cache = cache_folder();
    require(!cache.empty(),
            "what is fetched would have no place: set RANVIER_CACHE to a folder that only you may write into");
    return cache / "data";
}

}  // namespace

std::vector<fs::path> found_or_fetched(const SampleSet& set) {
    std::vector<fs::path> paths;
    for (const SampleFile& file : set.files) {
        const auto path = found(set, file);
        paths.push_back(path ? *path : fetch(set, file, fetched_folder()));
    }
    return paths;
}

}  // namespace ranvier::formats
