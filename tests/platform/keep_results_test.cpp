// Results that are written after they were shown.

#include "provisioner/front/platform/keep_results.h"

#include <gtest/gtest.h>

#include <sstream>

#include "provisioner/base/base/error.h"

namespace provisioner::platform {
namespace {

[[noreturn]] void fail_with(const char* text) { throw base::Error(base::Kind::failed, text); }

TEST(KeepResults, TriesAllAndTellsEachThatCannotBeWritten) {
  std::ostringstream told;
  std::streambuf* const before = std::cerr.rdbuf(told.rdbuf());
  int written = 0;
  std::string last, hint;
  try {
    keep_results({[] { fail_with("'a' cannot be written"); }, [&] { ++written; },
                  [] { fail_with("'b' cannot be written"); }},
                 "again");
  } catch (const base::Error& error) {
    last = error.message();
    hint = error.hint();
  }
  std::cerr.rdbuf(before);
  EXPECT_EQ(told.str(), "error: 'a' cannot be written\n");
  EXPECT_EQ(last, "'b' cannot be written");
  EXPECT_EQ(hint, "again");
  EXPECT_EQ(written, 1);
}

TEST(KeepResults, SaysNothingWhereAllAreWritten) {
  EXPECT_NO_THROW(keep_results({[] {}, [] {}}, "again"));
}

}  // namespace
}  // namespace provisioner::platform
