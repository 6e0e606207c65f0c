package filter

const thisArch = arm64
