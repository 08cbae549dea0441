up_trivy() { :; }
exports_trivy() { :; }
