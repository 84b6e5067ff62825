#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ranvier/base/file.hpp"
#include "ranvier/base/npy.hpp"
#include "ranvier/sim/monitors/recorded.hpp"
#include "ranvier/sim/monitors/stream_folder.hpp"

namespace ranvier::sim {

/// Where a monitor writes what it records, in place of keeping it.
struct StreamTo {
    /// Its files are made in there when a run begins; the folder, too, where it is missing. Empty: all stays in memory.
    std::filesystem::path folder;
    /// Types of values by name, as .npy files say them: "<f4". Others are doubles, int64 and bool.
    std::map<std::string, std::string> types;
};

/// What was streamed, as it lies in a file.
struct Streamed {
    std::shared_ptr<const MappedFile> file;
    const std::byte* data = nullptr;
    std::string type;
    std::vector<index> shape;
    template <class T>
    std::span<const T> as() const {
        std::size_t size = data ? 1 : 0;
        for (const index n : shape) {
            size *= static_cast<std::size_t>(n);
        }
        return {reinterpret_cast<const T*>(data), size};
    }
};

/// The files of a monitor, one for each thing that it records, a row of each for each time or event. What waits to be
/// written is in the monitor's memory, about a megabyte of it.
class Stream {
public:
    struct Column {
        std::string name;
        std::string type;
        std::variant<Recorded<double>*, Recorded<std::int32_t>*> waiting;
        std::vector<index> row;  ///< the shape of a row; {}: one number
    };

    /// @param monitor  its name, for messages
    /// @throws InvalidInput  two of one name, a type for what is not there, a type that can't be written
    Stream(const std::string& monitor, const StreamTo& to, std::vector<Column> columns);
    /// Writes what waits.
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    const std::filesystem::path& folder() const { return folder_; }
    /// Makes the files, if there are none of this stream yet; says whether it has.
    /// @throws FileError  somebody else's are there, or they can't be made
    bool begin();
    /// Removes the files that begin() has made, if nothing was recorded.
    void take_back();
    /// Writes what waits, if it is `all` or enough. @throws FileError  it waits on, and no file tells of it
    void write(bool all);
    /// Those that wait among them.
    std::int64_t rows() const { return rows_ + waiting(); }
    /// Writes what waits and waits until it is on the disk.
    void sync();
    /// What was streamed so far. What comes later doesn't change it, nor does going back.
    Streamed read(std::string_view name);

    StreamMark mark();
    /// Can go_back_to go there? @throws FileError  no
    void check(const StreamMark& mark) const;
    /// Cuts off all rows behind those of a mark. Without files of its own it goes on with those of the folder.
    /// @throws FileError  they belong to another stream, or are gone
    void go_back_to(const StreamMark& mark);

private:
    /// Files that can be written.
    struct Files {
        std::unique_ptr<StreamFolder> owner;
        std::vector<std::unique_ptr<NpyFile>> each;
        std::int64_t rows() const;
        void remove();
    };
    std::filesystem::path path(const Column& column) const { return folder_ / (column.name + ".npy"); }
    std::int64_t waiting() const;
    std::optional<std::filesystem::path> in_the_way() const;
    /// The files of a stream that another object has begun, if the mark fits to them.
    Files others(const StreamMark& mark) const;
    void check_ours() const;
    void forget_waiting();
    void cut(std::int64_t rows);

    std::filesystem::path folder_;
    std::string id_;
    std::vector<Column> columns_;
    std::size_t row_bytes_ = 0;  ///< of all columns
    Files files_;
    std::int64_t rows_ = 0;                                           ///< in files
    std::vector<std::vector<std::weak_ptr<const MappedFile>>> seen_;  ///< who looks at which file
};

}  // namespace ranvier::sim
