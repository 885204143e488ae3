#include "tools/onething/command_line.h"

int main(int argc, char** argv) { return onething::tool::RunCommandLine({argv + 1, argv + argc}); }
