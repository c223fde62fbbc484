package main

func hostileRows() []hostile     { return nil }
func hostileCSV() []hostile      { return nil }
func hostileChannels() []hostile { return nil }
