#include "provisioner/node/deploy/free_memory.h"

#include <gtest/gtest.h>

namespace provisioner::deploy {
namespace {

TEST(FreeMemory, IsWhatTheKernelSays) {
  EXPECT_EQ(free_memory("MemTotal:       12251632 kB\nMemFree:         1171364 kB\n"
                        "MemAvailable:    8215564 kB\nBuffers:           10840 kB\n"),
            8215564ull << 10);
}

TEST(FreeMemory, IsNoneWhereItDoesNotSay) {
  EXPECT_EQ(free_memory(""), 0u);
  EXPECT_EQ(free_memory("MemAvailable: much\n"), 0u);
}

}  // namespace
}  // namespace provisioner::deploy
