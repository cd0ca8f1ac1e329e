module example.com/advicenot

go 1.27
