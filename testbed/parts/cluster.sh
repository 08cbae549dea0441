up_cluster() { :; }
exports_cluster() { :; }
