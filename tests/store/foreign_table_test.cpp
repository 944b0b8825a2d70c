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

TEST_F(ForeignColumn, IsNoneOfAFileThatIsDamaged) {
  const std::string path = place.path() + "/bad";
  os::write_file(path, "SQLite format 3" + std::string(1, '\0') + std::string(5000, 'x'));
  EXPECT_EQ(foreign_column(path, "t", "v"), std::nullopt);
}

}  // namespace
}  // namespace provisioner::store
