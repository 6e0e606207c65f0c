package filter

const thisArch = amd64
