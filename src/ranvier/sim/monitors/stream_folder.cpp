#include "ranvier/sim/monitors/stream_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/system_error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::sim {

namespace {

constexpr const char* first_line =
    "What a monitor of ranvier.sim has streamed; restore() needs this file to go on with the others, which are "
    "NumPy's.";

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
    const int error = errno;
    throw SystemError(path, what + ": " + std::strerror(error), error);
}

}  // namespace

StreamFolder::StreamFolder(std::filesystem::path folder, int fd)
    : folder_(std::move(folder)), path_(folder_ / file_name), fd_(fd), process_(getpid()) {}

StreamFolder::~StreamFolder() { close(fd_); }

bool StreamFolder::ours() const { return getpid() == process_; }

std::unique_ptr<StreamFolder> StreamFolder::claim(const std::filesystem::path& folder, std::string id) {
    const bool made = mkdir(folder.c_str(), 0777) == 0;
    if (const int error = errno; !made && error != EEXIST) {
        std::error_code none;
        const bool parent = std::filesystem::exists(folder.parent_path(), none);
        throw SystemError(
            folder,
            "can't be made: " + (error != ENOENT || parent
                                     ? std::string(std::strerror(error))
                                     : "there is no folder " + folder.parent_path().string() + "; make that first"),
            error);
    }
    const auto path = folder / file_name;
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        fail(path, "can't be made");
    }
    std::unique_ptr<StreamFolder> claimed(new StreamFolder(folder, fd));
    claimed->made_folder_ = made;
    claimed->id_ = std::move(id);
    try {
        claimed->lock();
        claimed->write();
    } catch (...) {
        claimed->give_up();
        throw;
    }
    return claimed;
}

std::unique_ptr<StreamFolder> StreamFolder::take_over(const std::filesystem::path& folder) {
    const auto path = folder / file_name;
    const int fd = open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        fail(path, errno == ENOENT ? "is missing, which is beside all that was streamed" : "can't be opened");
    }
    std::unique_ptr<StreamFolder> taken(new StreamFolder(folder, fd));
    taken->lock();
    const std::string text = file_text(path);
    std::istringstream lines(text);
    lines.imbue(std::locale::classic());
    std::string line, id, cuts, left;
    std::getline(lines, line);
    lines >> id >> taken->id_ >> cuts >> taken->cuts_;
    bool whole = static_cast<bool>(lines) && line == first_line && id == "id" && cuts == "cuts";
    for (std::int64_t number = 0, rows = 0; whole && lines >> left;) {
        whole = left == "left" && lines >> number >> rows;
        taken->left_[number] = rows;
    }
    if (!whole) {
        throw FileError(path, 0, "is damaged, or was not written by a monitor");
    }
    taken->written_ = text.size();
    return taken;
}

void StreamFolder::lock() {
    // Where the file system has no locks, nobody is kept out.
    if (flock(fd_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        throw SystemError(
            folder_, "is being written by another monitor: end its process, or delete it if it is one of this process",
            EBUSY);
    }
}

void StreamFolder::write() {
    std::string text = std::string(first_line) + "\nid " + id_ + "\ncuts " + text_of(cuts_) + "\n";
    for (const auto& [number, rows] : left_) {
        text += "left " + text_of(number) + " " + text_of(rows) + "\n";
    }
    text.resize(std::max(text.size(), written_), '\n');
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t n = pwrite(fd_, text.data() + done, text.size() - done, static_cast<off_t>(done));
        if (n < 0 && errno != EINTR) {
            fail(path_, "can't be written");
        }
        done += n > 0 ? static_cast<std::size_t>(n) : 0;
    }
    written_ = text.size();
}

void StreamFolder::check(const StreamMark& mark, std::int64_t rows_there) const {
    const auto refuse = [&](const std::string& what) {
        throw FileError(folder_, FileError::no_offset,
                        what + ". What was stored has " + text_of(mark.rows) + " rows, which were streamed to " +
                            mark.folder.string());
    };
    if (mark.id != id_ || mark.cuts > cuts_) {
        refuse("holds what another run has streamed: stream to another folder, or remove this one");
    }
    const auto gone = left_.upper_bound(mark.cuts);
    if (gone != left_.end() && gone->second < mark.rows) {
        refuse("was cut back to " + text_of(gone->second) +
               " rows by a restore() since the state was stored: later states are gone with what was cut off");
    }
    if (rows_there < mark.rows) {
        refuse("holds only " + text_of(rows_there) + " rows");
    }
}

void StreamFolder::cut(std::int64_t rows) {
    const auto left = left_;
    const auto cuts = cuts_;
    std::erase_if(left_, [&](const auto& earlier) { return earlier.second >= rows; });
    left_[++cuts_] = rows;
    try {
        write();
    } catch (...) {
        left_ = left;
        cuts_ = cuts;
        throw;
    }
}

void StreamFolder::sync() {
    const int folder = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = fsync(fd_) == 0 && folder >= 0 && (fsync(folder) == 0 || errno == EINVAL);
    const int error = errno;
    close(folder);
    if (!done) {
        errno = error;
        fail(path_, "can't be written");
    }
}

void StreamFolder::give_up() {
    unlink(path_.c_str());
    if (made_folder_) {
        rmdir(folder_.c_str());
    }
}

}  // namespace ranvier::sim
