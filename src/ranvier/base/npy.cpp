#include "ranvier/base/npy.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/system_error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
    const int error = errno;
    throw SystemError(path, what + ": " + std::strerror(error), error);
}

/// "(12, 3)", "(12,)"
std::string shape_text(std::int64_t rows, const std::vector<index>& row) {
    std::string text = "(" + text_of(rows) + ",";
    for (std::size_t k = 0; k < row.size(); ++k) {
        text += (k == 0 ? " " : ", ") + text_of(row[k]);
    }
    return text + ")";
}

}  // namespace

NpyHeader NpyHeader::read(std::span<const std::byte> file, const std::filesystem::path& path) {
    const auto fail = [&](std::size_t offset, const std::string& what) {
        return FileError(path, static_cast<std::int64_t>(offset), what);
    };
    if (file.size() < 12 || std::memcmp(file.data(), magic.data(), magic.size()) != 0) {
        throw fail(0, "not a .npy file");
    }
    const int major = static_cast<int>(file[6]);
    const std::size_t begin = major == 1 ? 10 : 12;
    std::uint32_t length = 0;
    std::memcpy(&length, file.data() + 8, major == 1 ? 2 : 4);
    if (length > file.size() - begin) {
        throw fail(8, "the header is said to be longer than the file");
    }
    const std::string_view text(reinterpret_cast<const char*>(file.data() + begin), length);
    const auto value_of = [&](const std::string& key) {
        const std::size_t at = text.find("'" + key + "'");
        if (at == std::string::npos) {
            throw fail(begin, "the header lacks '" + key + "'");
        }
        return text.substr(std::min(text.size(), at + key.size() + 3));
    };
    NpyHeader header;
    header.data = begin + length;
    header.by_columns = trimmed(value_of("fortran_order")).substr(0, 4) == "True";
    const std::string_view shape = value_of("shape");
    const std::size_t open = shape.find('('), close = shape.find(')');
    if (open == std::string::npos || close == std::string::npos || close < open) {
        throw fail(begin, "the header has no shape");
    }
    for (std::size_t at = open + 1; at < close;) {
        const std::size_t comma = std::min(shape.find(',', at), close);
        const std::string_view part = trimmed(shape.substr(at, comma - at));
        if (!part.empty()) {
            const auto extent = number_in<index>(part);
            if (!extent || *extent < 0 || *extent > 1'000'000'000'000) {
                throw fail(begin, "the header has no shape");
            }
            header.shape.push_back(*extent);
        }
        at = comma + 1;
    }
    const std::string_view descr = value_of("descr");
    const std::size_t quote = descr.find('\'');
    if (quote != std::string_view::npos) {
        header.type = descr.substr(quote + 1, descr.find('\'', quote + 1) - quote - 1);
    }
    return header;
}

std::size_t npy_bytes(std::string_view type) {
    for (const std::string_view known : {"<f8", "<f4", "<i8", "<i4", "<i2", "|i1", "<u8", "<u4", "<u2", "|u1", "|b1"}) {
        if (type == known) {
            return static_cast<std::size_t>(known[2] - '0');
        }
    }
    return 0;
}

NpyFile::NpyFile(std::filesystem::path path, int fd, std::string type, std::vector<index> row)
    : path_(std::move(path)),
      fd_(fd),
      type_(std::move(type)),
      row_(std::move(row)),
      row_bytes_(std::accumulate(row_.begin(), row_.end(), npy_bytes(type_),
                                 [](std::size_t product, index n) { return product * static_cast<std::size_t>(n); })) {
    ensure(npy_bytes(type_) > 0, "a type of numbers that .npy files are written of");
}

NpyFile::~NpyFile() {
    close(fd_);
    if (passing_) {
        unlink(path_.c_str());
    }
}

std::unique_ptr<NpyFile> NpyFile::create(const std::filesystem::path& path, std::string type, std::vector<index> row) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        fail(path, "can't be made");
    }
    std::unique_ptr<NpyFile> file(new NpyFile(path, fd, std::move(type), std::move(row)));
    file->passing_ = true;
    file->tell(0);
    file->passing_ = false;
    return file;
}

std::unique_ptr<NpyFile> NpyFile::open(const std::filesystem::path& path, std::string type, std::vector<index> row) {
    const int fd = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        fail(path, "can't be opened");
    }
    std::unique_ptr<NpyFile> file(new NpyFile(path, fd, std::move(type), std::move(row)));
    const MappedFile there(path);
    const NpyHeader header = NpyHeader::read(there.bytes(), path);
    std::vector<index> shape = file->row_;
    shape.insert(shape.begin(), header.shape.empty() ? 0 : header.shape.front());
    if (header.type != file->type_ || header.by_columns || header.shape != shape || header.data != data) {
        throw FileError(path, 0,
                        "holds other arrays than those that would be added: they are " + file->type_ + " of shape " +
                            shape_text(shape.front(), file->row_));
    }
    if (there.bytes().size() < file->end(shape.front())) {
        throw FileError(path, static_cast<std::int64_t>(there.bytes().size()), "the file ends too early");
    }
    file->rows_ = shape.front();
    return file;
}

void NpyFile::write(std::size_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            fail(path_, "can't be written");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::size_t>(n);
    }
}

void NpyFile::put(std::span<const std::byte> rows) {
    struct stat status {};
    if (fstat(fd_, &status) == 0 && status.st_nlink == 0) {
        throw SystemError(path_, "was removed while it was written", ENOENT);
    }
    write(end(rows_), rows);
}

void NpyFile::tell(std::int64_t rows) {
    std::array<char, data> header;
    header.fill(' ');
    header.back() = '\n';
    const std::string dictionary =
        "{'descr': '" + type_ + "', 'fortran_order': False, 'shape': " + shape_text(rows, row_) + ", }";
    constexpr std::uint16_t length = data - 10;
    ensure(dictionary.size() < length, "the header has room for the shape");
    std::memcpy(header.data(), magic.data(), magic.size());
    header[6] = 1;
    header[7] = 0;
    std::memcpy(header.data() + 8, &length, sizeof length);
    std::memcpy(header.data() + 10, dictionary.data(), dictionary.size());
    write(0, std::as_bytes(std::span(header)));
    rows_ = rows;
}

void NpyFile::trim() {
    if (ftruncate(fd_, static_cast<off_t>(end(rows_))) != 0) {
        fail(path_, "can't be cut");
    }
}

void NpyFile::sync() {
    if (fsync(fd_) != 0) {
        fail(path_, "can't be written");
    }
}

std::unique_ptr<NpyFile> NpyFile::beginning(std::int64_t rows) const {
    ensure(rows <= rows_, "a copy of rows that are there");
    auto copy = create(name_aside(path_), type_, row_);
    copy->passing_ = true;
    off_t from = data;
    const auto stop = static_cast<off_t>(end(rows));
    if (lseek(copy->fd_, from, SEEK_SET) < 0) {
        fail(path_, "can't be copied");
    }
    while (from < stop) {
        const ssize_t n = sendfile(copy->fd_, fd_, &from, static_cast<std::size_t>(stop - from));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            fail(path_, "can't be copied");
        }
    }
    copy->tell(rows);
    return copy;
}

void NpyFile::replace(const NpyFile& other) {
    if (rename(path_.c_str(), other.path_.c_str()) != 0) {
        fail(other.path_, "can't be put in place");
    }
    path_ = other.path_;
    passing_ = false;
}

}  // namespace ranvier
