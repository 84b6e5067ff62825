#include "ranvier/formats/fiff/tags.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "ranvier/formats/plain/gzip.hpp"

namespace ranvier::formats::fiff {

namespace {

// FIFF's positions are signed 32-bit numbers; a little more, because the last tag may end beyond them.
constexpr std::size_t largest_file = std::size_t{1} << 32;
constexpr std::size_t deepest_nesting = 64;  // real files have about six

}  // namespace

std::uint16_t be16(const std::byte* p) {
    std::uint16_t x;
    std::memcpy(&x, p, sizeof x);
    return std::endian::native == std::endian::little ? __builtin_bswap16(x) : x;
}

std::uint32_t be32(const std::byte* p) {
    std::uint32_t x;
    std::memcpy(&x, p, sizeof x);
    return std::endian::native == std::endian::little ? __builtin_bswap32(x) : x;
}

std::uint64_t be64(const std::byte* p) {
    std::uint64_t x;
    std::memcpy(&x, p, sizeof x);
    return std::endian::native == std::endian::little ? __builtin_bswap64(x) : x;
}

float be_float(const std::byte* p) { return std::bit_cast<float>(be32(p)); }
double be_double(const std::byte* p) { return std::bit_cast<double>(be64(p)); }

const Entry* Node::find(int tag_kind) const {
    const auto at = std::find_if(tags.begin(), tags.end(), [=](const Entry& e) { return e.kind == tag_kind; });
    return at == tags.end() ? nullptr : &*at;
}

std::vector<const Node*> Node::all(int block_kind) const {
    std::vector<const Node*> found;
    const auto visit = [&](const auto& self, const Node& node) -> void {
        if (node.kind == block_kind) {
            found.push_back(&node);
        }
        for (const Node& child : node.children) {
            self(self, child);
        }
    };
    visit(visit, *this);
    return found;
}

const Node* Node::first(int block_kind) const {
    const auto found = all(block_kind);
    return found.empty() ? nullptr : found.front();
}

File::File(const std::filesystem::path& path) : path_(path) {
    if (path.extension() == ".gz") {
        unzipped_ = gunzipped(path, largest_file);
        bytes_ = unzipped_;
    } else {
        mapping_ = std::make_shared<MappedFile>(path);
        bytes_ = mapping_->bytes();
    }
    if (bytes_.size() > largest_file) {
        fail_at(largest_file, "is longer than the 2 GiB that FIFF can address");
    }
    const Entry id = header_at(0);
    if (id.kind != tag::file_id || id.type != type::id_struct || id.size != 20) {
        fail_at(0, "is not a FIFF file: it does not begin with a file id");
    }
    const Entry pointer = header_at(id.data() + id.size);
    if (pointer.kind != tag::dir_pointer) {
        fail_at(pointer.position, "has no directory pointer after its file id");
    }
    const auto at = integer(pointer);
    grow_tree(at > 0 ? stored_directory(static_cast<std::size_t>(at)) : scanned_directory());
}

void File::check_present(std::size_t end) const {
    if (mapping_) {
        mapping_->check_present(end);
    }
}

void File::release(std::size_t begin, std::size_t end) const {
    if (mapping_) {
        mapping_->release(begin, end);
    }
}

void File::fail_at(std::size_t position, const std::string& what) const {
    throw FileError(path_, static_cast<std::int64_t>(position), what);
}

void File::fail(const Entry& entry, const std::string& what) const {
    fail_at(entry.position, "tag " + text_of(entry.kind) + " " + what);
}

void File::fail(const Node& node, const std::string& what) const { fail_at(node.position, what); }

const Entry& File::required(const Node& node, int tag_kind, std::string_view what) const {
    const Entry* entry = node.find(tag_kind);
    if (!entry) {
        fail(node,
             std::string(what) + " is missing (tag " + text_of(tag_kind) + " in block " + text_of(node.kind) + ")");
    }
    return *entry;
}

Entry File::header_at(std::size_t position) const {
    if (position > bytes_.size() || bytes_.size() - position < header_bytes) {
        fail_at(std::min(position, bytes_.size()), "is truncated: a tag's header is missing or incomplete");
    }
    const std::byte* p = bytes_.data() + position;
    const Entry entry{static_cast<int>(be32(p)), static_cast<int>(be32(p + 4)), be32(p + 8), position};
    if (entry.size > bytes_.size() - entry.data()) {
        fail_at(position, "is truncated: tag " + text_of(entry.kind) + " has " + text_of(entry.size) +
                              " bytes, but only " + text_of(bytes_.size() - entry.data()) + " follow");
    }
    return entry;
}

namespace {

/// Lets go of what lies behind while headers are read from one end of a long file to the other.
class Wake {
public:
    explicit Wake(const File& file) : file_(file) {}
    void reach(std::size_t position) {
        constexpr std::size_t length = 16 << 20;
        if (position >= end_ + length) {
            file_.release(end_, position);
            end_ = position;
        }
    }

private:
    const File& file_;
    std::size_t end_ = 0;
};

}  // namespace

/// Follows the tags from the first to the one that says it is the last. Links may jump back (programs that insert a
/// block do that), but tags don't overlap: more bytes than the file has means going round for ever.
std::vector<Entry> File::scanned_directory() const {
    std::vector<Entry> entries;
    std::size_t position = 0, passed = 0;
    Wake wake(*this);
    while (true) {
        const Entry entry = header_at(position);
        wake.reach(position);
        entries.push_back(entry);
        passed += header_bytes + entry.size;
        const auto next = static_cast<std::int32_t>(be32(bytes_.data() + position + 12));
        if (next == next_none) {
            return entries;
        }
        if (next < 0 || passed > bytes_.size()) {
            fail(entry, "names byte " + text_of(next) + " as its successor, which leads nowhere");
        }
        position = next == next_sequential ? entry.data() + entry.size : static_cast<std::size_t>(next);
    }
}

/// The list of tags at the end of the file, each held against the tag it points to.
std::vector<Entry> File::stored_directory(std::size_t position) const {
    if (position >= bytes_.size()) {
        fail_at(bytes_.size(), "is truncated: its directory should be at byte " + text_of(position));
    }
    const Entry list = header_at(position);
    if (list.kind != tag::directory || list.type != type::dir_entry_struct || list.size % 16 != 0) {
        fail(list, "stands where the directory should be");
    }
    std::vector<Entry> entries;
    entries.reserve(list.size / 16);
    Wake wake(*this);
    for (std::size_t i = 0; i < list.size / 16; ++i) {
        const std::byte* p = bytes_.data() + list.data() + 16 * i;
        const int kind = static_cast<int>(be32(p));
        const auto at = static_cast<std::int32_t>(be32(p + 12));
        if (at < 0) {
            if (kind == -1) {
                break;  // the end, as some systems mark it
            }
            fail(list, "lists a tag at byte " + text_of(at));
        }
        const Entry entry = header_at(static_cast<std::size_t>(at));
        wake.reach(entry.position);
        if (entry.kind != kind || entry.type != static_cast<int>(be32(p + 4)) || entry.size != be32(p + 8)) {
            fail(entry, "contradicts the directory, which lists kind " + text_of(kind) + " and " +
                            text_of(be32(p + 8)) + " bytes here");
        }
        entries.push_back(entry);
    }
    return entries;
}

void File::grow_tree(const std::vector<Entry>& directory) {
    root_ = Node{};
    std::vector<Node> open;  // innermost last
    open.emplace_back();
    for (const Entry& entry : directory) {
        if (entry.kind == tag::block_start) {
            if (open.size() >= deepest_nesting) {
                fail(entry, "opens more than " + text_of(deepest_nesting) + " nested blocks");
            }
            open.push_back({static_cast<int>(integer(entry)), entry.position, {}, {}});
        } else if (entry.kind == tag::block_end) {
            if (open.size() == 1) {
                fail(entry, "closes a block that was never opened");
            }
            if (integer(entry) != open.back().kind) {
                fail(entry, "closes block " + text_of(integer(entry)) + ", but block " + text_of(open.back().kind) +
                                " is open");
            }
            Node closed = std::move(open.back());
            open.pop_back();
            open.back().children.push_back(std::move(closed));
        } else {
            open.back().tags.push_back(entry);
        }
    }
    if (open.size() > 1) {
        fail_at(bytes_.size(), "is truncated: block " + text_of(open.back().kind) + " that began at byte " +
                                   text_of(open.back().position) + " is never closed");
    }
    root_ = std::move(open.front());
}

}  // namespace ranvier::formats::fiff
