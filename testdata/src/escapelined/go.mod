module example.com/escapelined

go 1.27
