#include "provisioner/cluster/kubernetes/quantity.h"

#include <gtest/gtest.h>

namespace provisioner::kubernetes {
namespace {

TEST(Quantity, IsReadAsKubernetesWritesIt) {
  EXPECT_EQ(quantity_of("2"), 2);
  EXPECT_EQ(quantity_of("250m"), 0.25);
  EXPECT_EQ(quantity_of("1.5"), 1.5);
  EXPECT_EQ(quantity_of("4Gi"), 4.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(quantity_of("2G"), 2e9);
  EXPECT_EQ(quantity_of("12e6"), 12e6);
  EXPECT_EQ(quantity_of("1E"), 1e18);
}

TEST(Quantity, IsNothingElse) {
  for (const char* text : {"", "x", "-1", "157GB", "4 Gi", "Gi", "nan", "inf", "0x10"})
    EXPECT_FALSE(quantity_of(text)) << text;
}

}  // namespace
}  // namespace provisioner::kubernetes
