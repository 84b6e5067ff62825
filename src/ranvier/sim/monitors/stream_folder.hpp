#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace ranvier::sim {

/// How many rows of a stream belong to a state that is kept, and of which stream.
struct StreamMark {
    std::string id;
    std::int64_t cuts = 0;  ///< how often the stream had been cut back
    std::int64_t rows = 0;
    std::filesystem::path folder;  ///< where it was
};

/// Whose the files of a folder are. It is said in a file there, stream.txt, so that a state is never gone back to with
/// files of another run, or with rows that were cut off and written anew since it was kept; that file is locked, so
/// that no two write into one folder.
class StreamFolder {
public:
    static constexpr const char* file_name = "stream.txt";

    /// Takes a folder, which is made where it is missing.
    /// @throws FileError  another stream's, or it can't be made
    static std::unique_ptr<StreamFolder> claim(const std::filesystem::path& folder, std::string id);
    /// Takes the folder of a stream whose process is gone.
    /// @throws FileError  there is none, it is damaged, somebody writes it
    static std::unique_ptr<StreamFolder> take_over(const std::filesystem::path& folder);
    ~StreamFolder();
    StreamFolder(const StreamFolder&) = delete;
    StreamFolder& operator=(const StreamFolder&) = delete;

    const std::string& id() const { return id_; }
    std::int64_t cuts() const { return cuts_; }
    /// Are the first rows those that the mark tells of? @throws FileError  they are not
    void check(const StreamMark& mark, std::int64_t rows_there) const;
    /// Says that all rows from `rows` on are gone.
    void cut(std::int64_t rows);
    /// Waits until the folder is on the disk.
    void sync();
    /// Takes back that it was claimed.
    void give_up();
    /// Is this the process that took it, not one that was forked from it?
    bool ours() const;

private:
    StreamFolder(std::filesystem::path folder, int fd);
    void lock();
    void write();

    std::filesystem::path folder_, path_;
    int fd_, process_;
    std::string id_;
    std::int64_t cuts_ = 0;
    /// Of marks that were made before the cut of a number, so many rows at most are there; both ascend.
    std::map<std::int64_t, std::int64_t> left_;
    std::size_t written_ = 0;
    bool made_folder_ = false;
};

}  // namespace ranvier::sim
