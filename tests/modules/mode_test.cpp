#include "provisioner/node/modules/mode.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::modules {
namespace {

struct Row {
  const char* mode;
  host::FileType type;
  std::uint32_t now, wanted;
};

constexpr auto file = host::FileType::file;
constexpr auto directory = host::FileType::directory;

// What ansible-core 2.14 makes of each, with the umask 022.
constexpr Row rows[] = {
    {"0644", file, 0600, 0644},
    {"644", file, 0600, 0644},
    {"0o755", file, 0600, 0755},
    {" 0755 ", file, 0600, 0755},
    {"01777", directory, 0755, 01777},
    {"u=rwX,g-w,o=", file, 0666, 0640},
    {"u=rwX,g=rX,o=", directory, 0700, 0750},
    {"a+X", file, 0644, 0644},
    {"a+X", file, 0744, 0755},
    {"a+X", directory, 0600, 0711},
    {"+x", file, 0644, 0755},
    {"+w", file, 0444, 0644},
    {"=r", file, 0777, 0444},
    {"a=", file, 0777, 0},
    {"g=u", file, 0640, 0660},
    {"o=g", file, 0640, 0644},
    {"u=g,g=u", file, 0640, 0460},
    {"u+s", file, 0755, 04755},
    {"g+s", directory, 0755, 02755},
    {"+t", directory, 0777, 01777},
    {"ug=rw-x", file, 0777, 0667},
    {"u=rw", file, 04755, 0655},
};

TEST(Mode, IsReadAsAnsibleReadsIt) {
  for (const Row& row : rows) {
    host::FileStatus now;
    now.type = row.type;
    now.mode = row.now;
    EXPECT_EQ(mode_of(value::Value(row.mode), now, 022), row.wanted)
        << row.mode << " on " << std::oct << row.now;
  }
}

TEST(Mode, ThatYamlMadeANumberIsThatNumber) {
  EXPECT_EQ(mode_of(value::Value(0644), {}, 022), 0644u);
}

std::string refusal_of(const value::Value& mode) {
  try {
    mode_of(mode, {}, 022);
    return "";
  } catch (const base::Error& error) {
    return error.message() + ": " + error.hint();
  }
}

TEST(Mode, ThatIsNoneIsRefusedWithItsClause) {
  EXPECT_EQ(refusal_of("u=rw,g=q"),
            "mode must be in octal or symbolic form: bad symbolic permission for mode: g=q");
  EXPECT_EQ(refusal_of("99"),
            "mode must be in octal or symbolic form: bad symbolic permission for mode: 99");
  EXPECT_EQ(refusal_of("10000"), "Invalid mode supplied, only permission info is allowed: 4096");
}

}  // namespace
}  // namespace provisioner::modules
