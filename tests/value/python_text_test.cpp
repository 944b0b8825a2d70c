// Python's way to print data; the expectations are what str and repr answer.

#include "provisioner/base/value/python_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "provisioner/base/value/json.h"

namespace provisioner::value {
namespace {

std::string repr(const char* json) { return python_repr(read_json(json)); }

TEST(PythonRepr, PrintsDataAsPythonDoes) {
  EXPECT_EQ(repr(R"([1, 1.5, null, true, "a"])"), "[1, 1.5, None, True, 'a']");
  EXPECT_EQ(repr(R"({"k": [], "n": {}})"), "{'k': [], 'n': {}}");
}

TEST(PythonRepr, ChoosesTheQuoteThatNeedsNoEscape) {
  EXPECT_EQ(repr(R"({"k": "it's", "q": "\"'"})"), R"({'k': "it's", 'q': '"\''})");
}

TEST(PythonRepr, EscapesWhatCannotBeSeen) {
  EXPECT_EQ(repr(R"("\n\t\u001b\u00e9\u202e\\")"), R"('\n\t\x1bé\u202e\\')");
}

TEST(PythonText, LeavesATextAsItIs) { EXPECT_EQ(python_text(Value("it's\n")), "it's\n"); }

TEST(PythonReal, PrintsTheShortestThatReadsBackTheSame) {
  EXPECT_EQ(python_real(0.1), "0.1");
  EXPECT_EQ(python_real(3), "3.0");
  EXPECT_EQ(python_real(1e16), "1e+16");
  EXPECT_EQ(python_real(0.00001), "1e-05");
  EXPECT_EQ(python_real(-std::numeric_limits<double>::infinity()), "-inf");
}

}  // namespace
}  // namespace provisioner::value
