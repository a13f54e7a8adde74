module kpack-desktop.test/lab/gitd

go 1.24
