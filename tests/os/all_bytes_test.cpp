// Bytes that take more than one call, and what ends them before.

#include "provisioner/base/os/all_bytes.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"

namespace provisioner::os {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    from = Descriptor(ends[0]);
    to = Descriptor(ends[1]);
  }
  Descriptor from, to;
};

class BytesOfAFile : public testing::Test {
 protected:
  Descriptor file_of(const std::string& text) const {
    write_file(path_, text);
    return Descriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.path() + "/file";
};

TEST(AllBytes, AreWrittenWhereTheyAreTakenBitByBit) {
  Pipe pipe;
  const std::string text(1 << 20, 'x');
  std::string read;
  std::thread reader([&] { read = read_to_end(pipe.from, "pipe", 2 << 20); });
  EXPECT_FALSE(write_all(pipe.to.number(), text));
  pipe.to = Descriptor();
  reader.join();
  EXPECT_EQ(read, text);
}

TEST(AllBytes, AreWrittenUpToWhatEndsThem) {
  Pipe pipe;
  EXPECT_EQ(write_all(pipe.from.number(), "x"), std::errc::bad_file_descriptor);
  EXPECT_FALSE(write_all(pipe.from.number(), ""));
}

TEST_F(BytesOfAFile, AreWrittenWhereTheyShallLie) {
  write_file(path_, "0123456789");
  const Descriptor file(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  EXPECT_FALSE(write_all_at(file.number(), 8, "abcd"));
  EXPECT_FALSE(write_all_at(file.number(), 2, "xy"));
  EXPECT_EQ(require_file(path_), "01xy4567abcd");
}

TEST_F(BytesOfAFile, AreWrittenAtNoPlaceOfWhatHasNone) {
  const Pipe pipe;
  EXPECT_EQ(write_all_at(pipe.to.number(), 0, "x"), std::errc::invalid_seek);
  EXPECT_EQ(write_all_at(file_of("").number(), 0, "x"), std::errc::bad_file_descriptor);
  EXPECT_FALSE(write_all_at(pipe.to.number(), 0, ""));
}

TEST_F(BytesOfAFile, AreReadWhereTheyLie) {
  const Descriptor file = file_of("0123456789");
  std::string bytes(4, '\0');
  EXPECT_FALSE(read_all_at(file.number(), 3, bytes));
  EXPECT_EQ(bytes, "3456");
}

TEST_F(BytesOfAFile, AreCutWhereItEnds) {
  const Descriptor file = file_of("0123456789");
  std::string bytes(4, '\0');
  EXPECT_FALSE(read_all_at(file.number(), 8, bytes));
  EXPECT_EQ(bytes, "89");
  EXPECT_FALSE(read_all_at(file.number(), 10, bytes));
  EXPECT_EQ(bytes, "");
}

TEST_F(BytesOfAFile, AreNoneWhereItCannotBeRead) {
  const Descriptor directory(::open(directory_.path().c_str(), O_RDONLY | O_CLOEXEC));
  std::string bytes(4, '\0');
  EXPECT_EQ(read_all_at(directory.number(), 0, bytes), std::errc::is_a_directory);
  EXPECT_EQ(bytes, "");
}

}  // namespace
}  // namespace provisioner::os
