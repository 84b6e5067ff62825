#include "ranvier/formats/tables/model_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "ranvier/base/file.hpp"
#include "ranvier/formats/tables/table.hpp"

namespace ranvier::formats {

using namespace learn;

namespace {

namespace fs = std::filesystem;

fs::path in_folder(const std::string& name) {
    // One folder a run: another that runs now must not cut files short that are mapped here.
    static const struct Folder {
        fs::path path = fs::path(testing::TempDir()) / ("ranvier-learn-" + std::to_string(getpid()));
        Folder() { fs::create_directories(path); }
        ~Folder() {
            std::error_code ignored;
            fs::remove_all(path, ignored);
        }
    } folder;
    return folder.path / name;
}

StoredArray matrix_of(std::vector<index> shape, const std::vector<double>& values) {
    StoredArray a(values);
    a.shape = std::move(shape);
    return a;
}

Model small_map() {
    return {"SelfOrganizingMap",
            {{"shape", Value::List{2, 2}}},
            {{"weights_", matrix_of({4, 2}, {0, 0, 1, 0, 0, 1, 1, 1})},
             {"hits_", std::vector<std::int64_t>{-1, 5, 1LL << 40}},
             {"narrow", std::vector<float>{0.5F}},
             {"names", std::vector<std::string>{"mine", "Fels \"ö\""}}}};
}

void write_text(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

}  // namespace

TEST(ModelFile, gives_back_what_was_written) {
    const auto path = in_folder("map.rvl");
    const Model m = small_map();
    write_model(m, path, true);
    const Model back = read_model(path);
    EXPECT_EQ(back.kind, m.kind);
    EXPECT_EQ(back.settings, m.settings);
    ASSERT_EQ(back.state.size(), m.state.size());
    for (const auto& [name, array] : m.state) {
        EXPECT_EQ(back.state.at(name).shape, array.shape);
        EXPECT_EQ(back.state.at(name).values.index(), array.values.index());
    }
    EXPECT_EQ(row<double>(back.state, "weights_"), row<double>(m.state, "weights_"));
    EXPECT_EQ(row<std::int64_t>(back.state, "hits_"), row<std::int64_t>(m.state, "hits_"));
    EXPECT_EQ(row<float>(back.state, "narrow"), row<float>(m.state, "narrow"));
    EXPECT_EQ(words(back.state, "names"), words(m.state, "names"));
    EXPECT_THROW(write_model(m, path, false), FileError);
}

TEST(ModelFile, cut_short_anywhere_or_with_any_byte_changed_is_refused) {
    const auto path = in_folder("whole.rvl"), part = in_folder("part.rvl");
    write_model(small_map(), path, true);
    const std::string text = file_text(path);
    for (std::size_t n = 0; n < text.size(); ++n) {
        write_text(part, text.substr(0, n));
        EXPECT_THROW(read_model(part), FileError) << n;
    }
    for (std::size_t n = 0; n < text.size(); ++n) {
        std::string changed = text;
        changed[n] = static_cast<char>(changed[n] ^ 1);
        write_text(part, changed);
        EXPECT_THROW(read_model(part), FileError) << n;
    }
}

TEST(ModelFile, a_model_answers_samples) {
    Array<double, 2> X({2, 2});
    X(0, 0) = 0.9;
    X(1, 0) = 0.8;
    X(1, 1) = 0.7;
    const Answer a = answer(small_map(), X);
    EXPECT_EQ(a.values(0, 0), 1);
    EXPECT_EQ(a.values(1, 0), 3);
    const Model unit{"Perceptron",
                     {},
                     {{"coef_", matrix_of({1, 2}, {1, 1})},
                      {"intercept_", std::vector<double>{-1}},
                      {"classes_", std::vector<std::string>{"rock", "mine"}}}};
    EXPECT_THAT(answer(unit, X).labels, testing::ElementsAre("rock", "mine"));
    EXPECT_THROW(answer(unit, Array<double, 2>({3, 3})), InvalidInput);
}

TEST(Table, reads_commas_names_and_a_column_of_classes) {
    const auto path = in_folder("t.csv");
    write_text(path, "a,b,class\n1, 2.5 ,mine\n-3e2,4,rock\r\n\n");
    const Table t = read_table(path, "class");
    EXPECT_THAT(t.columns, testing::ElementsAre("a", "b"));
    EXPECT_THAT(t.target, testing::ElementsAre("mine", "rock"));
    EXPECT_EQ(t.X(1, 0), -300);
    EXPECT_EQ(t.X(0, 1), 2.5);
    write_text(path, "1,2,mine\n3,4,rock\n");
    EXPECT_THAT(read_table(path, "-1").target, testing::ElementsAre("mine", "rock"));
}

TEST(Table, reads_entries_in_quotes) {
    const auto path = in_folder("quoted.csv");
    write_text(path, "\xEF\xBB\xBF\"a, of flowers\",b,\"the \"\"kind\"\"\"\n\"1\",2,\"a,b\"\n3, \"4\" ,c\n");
    const Table t = read_table(path, "the \"kind\"");
    EXPECT_THAT(t.columns, testing::ElementsAre("a, of flowers", "b"));
    EXPECT_THAT(t.target, testing::ElementsAre("a,b", "c"));
    EXPECT_EQ(t.X(0, 0), 1);
    EXPECT_EQ(t.X(1, 1), 4);
    write_text(path, "1,2,class\n3,4,5\n");  // one name alone is enough where it is the one that was asked for
    EXPECT_THAT(read_table(path, "class").target, testing::ElementsAre("5"));
}

TEST(Table, reads_arrays_by_rows_and_by_columns) {
    const auto path = in_folder("array.npy");
    for (bool by_columns : {false, true}) {
        std::string header = std::string("{'descr': '<i2', 'fortran_order': ") + (by_columns ? "True" : "False") +
                             ", 'shape': (2, 3), }";
        header.resize(117, ' ');
        header += '\n';
        std::string file("\x93NUMPY\x01\x00", 8);
        file += static_cast<char>(header.size());
        file += '\0';
        file += header;
        for (int value : by_columns ? std::array{1, 4, 2, 5, 3, -6} : std::array{1, 2, 3, 4, 5, -6}) {
            const auto number = static_cast<std::int16_t>(value);
            file.append(reinterpret_cast<const char*>(&number), sizeof number);
        }
        write_text(path, file);
        const Table t = read_table(path, "");
        ASSERT_EQ(t.X.extent(0), 2);
        EXPECT_EQ(t.X(0, 2), 3);
        EXPECT_EQ(t.X(1, 0), 4);
        EXPECT_EQ(t.X(1, 2), -6);
    }
}

TEST(Table, says_where_an_entry_is_no_number) {
    const auto path = in_folder("bad.csv");
    write_text(path, "1,2\n3,x\n");
    try {
        read_table(path, "");
        FAIL();
    } catch (const FileError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("line 2, entry 2 must be a finite number; got 'x'"));
    }
    write_text(path, "1,2\n3\n");
    EXPECT_THROW(read_table(path, ""), FileError);
    write_text(path, "1,nan\n");
    EXPECT_THROW(read_table(path, ""), FileError);
}

}  // namespace ranvier::formats
