// SQLite files that others have written.

#include "provisioner/base/store/foreign_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::store {
namespace {

using testing::ElementsAre;
using testing::Optional;

struct ForeignColumn : testing::Test {
  std::string database(const std::string& name, const std::string& statement) const {
    const std::string path = place.path() + "/" + name;
    os::run_checked({.argv = {"python3", "-c",
                              "import sqlite3, sys\nbase = sqlite3.connect(sys.argv[1])\n"
                              "base.executescript(sys.argv[2])\nbase.commit()\n",
                              path, statement}});
    return path;
  }

  os::TemporaryDirectory place;
};

TEST_F(ForeignColumn, HasAllRows) {
  const std::string path = database(
      "a?b%#c", "CREATE TABLE t (v BLOB); INSERT INTO t VALUES (x'0041'), ('text'), (NULL)");
  EXPECT_THAT(foreign_column(path, "t", "v"),
              Optional(ElementsAre(std::string("\0A", 2), "text", "")));
}

TEST_F(ForeignColumn, IsNoneWhereThereIsNoSuchTable) {
  const std::string path =
      database("one", "CREATE TABLE t (v BLOB); CREATE VIEW u AS SELECT 1 AS v");
  EXPECT_EQ(foreign_column(path, "u", "v"), std::nullopt);
  EXPECT_EQ(foreign_column(path, "t", "other"), std::nullopt);
  EXPECT_EQ(foreign_column(place.path() + "/none", "t", "v"), std::nullopt);
}

// Which no file holds: a few bytes of it make as many values as are asked for.
TEST_F(ForeignColumn, IsNoneWhereItIsComputed) {
  for (const char* kind : {"VIRTUAL", "STORED"}) {
    const std::string path = database(kind, std::string("CREATE TABLE t (n, v AS (zeroblob(n)) ") +
                                                kind + ", V2); INSERT INTO t (n) VALUES (1), (2)");
    EXPECT_EQ(foreign_column(path, "t", "v"), std::nullopt);
    EXPECT_EQ(foreign_column(path, "t", "V"), std::nullopt);
    EXPECT_THAT(foreign_column(path, "t", "v2"), Optional(ElementsAre("", "")));
  }
}

TEST_F(ForeignColumn, IsNoneOfATableThatIsVirtual) {
  const std::string path =
      database("one", "CREATE VIRTUAL TABLE t USING fts5(v); INSERT INTO t VALUES ('text')");
  EXPECT_EQ(foreign_column(path, "t", "v"), std::nullopt);
}

// Rows that lie in each other: all are the first.
TEST_F(ForeignColumn, IsNoneWhereItsValuesAreMoreThanItsFile) {
  const std::string path = database("one",
                                    "PRAGMA page_size = 4096; CREATE TABLE t (v BLOB); "
                                    "INSERT INTO t VALUES (zeroblob(1000))");
  std::string file = os::require_file(path);
  const std::string row_at = file.substr(4096 + 8, 2);
  file.replace(4096 + 3, 2, std::string("\0\x64", 2));
  for (std::size_t row = 0; row < 100; ++row) file.replace(4096 + 8 + 2 * row, 2, row_at);
  os::write_file(path, file);
  EXPECT_EQ(foreign_column(path, "t", "v"), std::nullopt);
}

TEST_F(ForeignColumn, IsNoneOfAFileThatIsDamaged) {
  const std::string path = place.path() + "/bad";
  os::write_file(path, "SQLite format 3" + std::string(1, '\0') + std::string(5000, 'x'));
  EXPECT_EQ(foreign_column(path, "t", "v"), std::nullopt);
}

}  // namespace
}  // namespace provisioner::store
